#include "nsplay/ops/create_narration.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/mount_errors.h"
#include "nsplay/ops/namespace_owner.h"
#include "nsplay/sys/uts.h"

namespace nsplay::ops {
namespace {

void narrate_name(const Narrator& narrator,
                  std::string_view field,
                  const std::string& before,
                  const std::string& after) {
  if (before != after) {
    narrator(NarratedChange{fmt::format("uts.{}", field), quote(before), quote(after)});
  }
}

Result<> narrate_changes(const Narrator& narrator, const CreateReport& report) {
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  for (const CreatedNamespace& one : report.namespaces) {
    if (const auto& before = own.of(one.ref.kind)) {
      narrate_move(narrator, one.ref.kind, before->inode, one.ref.inode);
    }
  }
  const sys::Uname uname = sys::read_uname();
  narrate_name(narrator, "nodename", uname.nodename, report.uname.nodename);
  narrate_name(narrator, "domainname", uname.domainname, report.uname.domainname);
  return {};
}

std::string_view propagation_flag(sys::Propagation propagation) {
  switch (propagation) {
    case sys::Propagation::shared:
      return "MS_SHARED";
    case sys::Propagation::slave:
      return "MS_SLAVE";
    default:
      return "MS_PRIVATE";
  }
}

}  // namespace

std::optional<StepWords> narrated_words(const ChildReport& report, const ChildPlan& plan) {
  if (report.step == Step::set_propagation) {
    return StepWords{fmt::format("/, MS_REC|{}", propagation_flag(plan.mounts.propagation))};
  }
  if (is_of_mounts(report)) {
    return StepWords{subject_of_mounts(report, plan.mounts)};
  }
  switch (report.step) {
    case Step::set_time_offsets:
      return StepWords{quote(plan.time_offsets),
                       static_cast<std::int64_t>(plan.time_offsets.size())};
    case Step::execute_program:
      return StepWords{quoted_words(plan.request->program)};
    default:
      return std::nullopt;
  }
}

void narrate_owner(const CreateRequest& request) {
  if (request.narrator && request.ids.owner) {
    const sys::UserAndGroup owner = owner_of(request.ids);
    narrate_call(request.narrator,
                 fmt::format("setgroups([]), setresgid({}), setresuid({})", owner.gid, owner.uid),
                 0);
  }
}

void narrate_execution(const CreateRequest& request) {
  request.narrator(
      NarratedCall{NarratedCall::By::child,
                   narrated_call_of(Step::execute_program, quoted_words(request.program))});
}

CreateRequest narrated(CreateRequest request) {
  if (request.narrator) {
    request.announce = [narrator = request.narrator, tell = std::move(request.announce)](
                           const CreateReport& report) -> Result<> {
      TRY(narrate_changes(narrator, report));
      return tell ? tell(report) : Result<>();
    };
  }
  return request;
}

}  // namespace nsplay::ops
