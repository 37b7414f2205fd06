#include "nsplay/ops/create_plan.h"

#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ops/program.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::KindSet;

/// Where the names of users and groups are looked up.
Result<sys::UniqueFd> root_of_program(const ChildPlan& plan) {
  return plan.mounts.root ? plan.mounts.root->file.duplicate()
                          : sys::open_file("/", O_PATH | O_DIRECTORY);
}

Result<> prepare_program(ChildPlan& plan, std::vector<std::string>& notes) {
  const CreateRequest& request = *plan.request;
  plan.image.emplace(find_program(
      request.program, environment_of_program(request.environment, sys::own_environment())));
  const bool has_account = request.account.user || request.account.group;
  const sys::UniqueFd root = TRY(has_account ? root_of_program(plan) : Result<sys::UniqueFd>());
  const IdMapping* mapping = plan.kinds.contains(Kind::user) ? &plan.id_mapping : nullptr;
  plan.identity = TRY(identity_of_program(request.account, mapping, root, notes));
  return {};
}

/// The pipes, and how the child is born. An init that is forked does without its program.
Result<> prepare_birth(ChildPlan& plan) {
  const Role role = role_of(plan);
  if (role == Role::init) {
    auto init = sys::InitProgram::make();
    plan.init = init ? std::optional(*std::move(init)) : std::nullopt;
  }
  plan.birth = fits_in_same_memory(plan) ? Birth::in_same_memory : Birth::fork;
  if (plan.birth == Birth::fork) {
    plan.go = TRY(sys::make_pipe());
  }
  plan.reports = TRY(sys::make_pipe());
  plan.lifeline = TRY(sys::make_pipe());
  const bool is_in_foreground = plan.request->attachment == Attachment::foreground;
  if (is_in_foreground && (role == Role::init || role == Role::holder)) {
    plan.stops = TRY(sys::make_pipe());
  }
  return {};
}

}  // namespace

Result<ChildPlan> plan_child(const CreateRequest& request,
                             KindSet kinds,
                             std::vector<std::string>& notes) {
  ChildPlan plan;
  plan.request = &request;
  plan.kinds = kinds;
  if (kinds.contains(Kind::user)) {
    plan.id_mapping = TRY(id_mapping_for(request.ids, notes));
  }
  plan.time_offsets = format_time_offsets(request.time_offsets);
  plan.mounts = TRY(prepare_mounts(request.mounts, kinds));
  if (!request.program.empty()) {
    TRY(prepare_program(plan, notes));
  }
  TRY(prepare_birth(plan));
  if (request.attachment == Attachment::detached) {
    plan.null_device = TRY(sys::open_file("/dev/null", O_RDWR));
  }
  if (request.cgroup) {
    plan.cgroup = TRY(CreatedCgroup::make(*request.cgroup, request.narrator));
  }
  return plan;
}

}  // namespace nsplay::ops
