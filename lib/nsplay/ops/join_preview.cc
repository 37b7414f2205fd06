#include "nsplay/ops/join_preview.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/try.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/join_plan.h"
#include "nsplay/ops/join_terminal.h"

namespace nsplay::ops {
namespace {

using Steps = std::vector<PreviewStep>;

void add(Steps& steps, Step step, std::string subject) {
  steps.push_back({step, std::string(call_of(step)), std::move(subject)});
}

/// A worker is born in the one of version 2, and enters the others then.
bool is_born_in(const OpenCgroup& cgroup, const JoinRequest& request) {
  return cgroup.is_unified && request.fork == ForkRule::child;
}

void add_birth(const JoinRequest& request, const JoinPlan& plan, Steps& steps) {
  for (const OpenCgroup& cgroup : plan.cgroups) {
    if (is_born_in(cgroup, request)) {
      steps.push_back({std::nullopt, "clone3 CLONE_INTO_CGROUP", subject_of(cgroup)});
    }
  }
}

void add_cgroups(const JoinRequest& request, const JoinPlan& plan, Steps& steps) {
  for (const OpenCgroup& cgroup : plan.cgroups) {
    if (!is_born_in(cgroup, request)) {
      add(steps, Step::join_cgroup, subject_of(cgroup));
    }
  }
}

Result<> add_crossing(const JoinPlan& plan, Steps& steps) {
  const Crossing crossing = TRY(crossing_of(plan));
  for (const CrossingStep& step : crossing.steps) {
    add(steps, Step::set_namespaces, subject_of(step, plan));
  }
  return {};
}

std::string shown_directory(const std::optional<std::string>& asked) {
  return asked && !asked->empty() ? *asked : "that of the target";
}

void add_place(const JoinRequest& request, const JoinPlan& plan, Steps& steps) {
  if (!plan.place) {
    return;
  }
  if (plan.place->root) {
    add(steps, Step::change_root, shown_directory(request.place.root));
  }
  const bool is_there = !plan.place->directory_there.empty();
  const bool is_opened = static_cast<bool>(plan.place->working_directory);
  add(steps,
      Step::change_directory,
      is_there    ? plan.place->directory_there
      : is_opened ? shown_directory(request.place.working_directory)
                  : "/");
}

template <typename Ids>
std::string shown_ids(const std::optional<Ids>& both, const std::optional<id_t>& one) {
  return both && both->real != both->effective
             ? fmt::format("real {}, effective {}", both->real, both->effective)
             : std::to_string(*one);
}

void add_identity(const Identity& identity, Steps& steps) {
  if (identity.groups != GroupsRule::keep) {
    add(steps, Step::set_groups, fmt::format("{}", fmt::join(identity.supplementary, ", ")));
  }
  if (identity.gid) {
    add(steps, Step::set_gid, shown_ids(identity.group_ids, identity.gid));
  }
  if (identity.uid) {
    add(steps, Step::set_uid, shown_ids(identity.user_ids, identity.uid));
  }
}

void add_filters(Steps& steps) {
  add(steps, Step::install_filter, "the filters of the target");
}

void add_likeness(const Likeness& likeness, const Identity& identity, Steps& steps) {
  add(steps, Step::set_limits, "limits, umask and nice value of the target");
  add(steps, Step::drop_capabilities, "from the bounding set, all that the target has not");
  if (likeness.has_filters && filters_come_early(likeness)) {
    add_filters(steps);
  }
  add_identity(identity, steps);
  add(steps, Step::drop_capabilities, "all that the target has not");
  if (likeness.no_new_privileges) {
    add(steps, Step::set_no_new_privileges, "");
  }
  if (likeness.has_filters && !filters_come_early(likeness)) {
    add_filters(steps);
  }
}

void add_credentials(const JoinPlan& plan, Steps& steps) {
  if (plan.likeness) {
    add_likeness(*plan.likeness, plan.identity, steps);
    return;
  }
  add_identity(plan.identity, steps);
  if (plan.privileges.dropped != 0) {
    add(steps, Step::drop_capabilities, fmt::format("{:#x}", plan.privileges.dropped));
  }
  if (plan.privileges.keep_capabilities) {
    add(steps, Step::keep_capabilities, "");
  }
  if (plan.privileges.no_new_privileges) {
    add(steps, Step::set_no_new_privileges, "");
  }
}

std::string shown_program(const JoinPlan& plan) {
  const auto& arguments = plan.program.arguments;
  return arguments.empty() ? plan.program.candidates.front()
                           : fmt::format("{}", fmt::join(arguments, " "));
}

}  // namespace

std::string subject_of(const OpenCgroup& cgroup) {
  return fmt::format("{} of {}", cgroup.path, cgroup.hierarchy);
}

std::string subject_of(const CrossingStep& step, const JoinPlan& plan) {
  const auto* process = main_process(plan.sources);
  if (process != nullptr && process->pidfd && step.file == &process->pidfd->fd()) {
    return fmt::format("pidfd of {}: {}", process->pid, step.kinds.to_string());
  }
  for (const ns::NamespaceHandle& handle : plan.namespaces) {
    if (step.file == &handle.fd()) {
      return handle.name();
    }
  }
  return "the user namespace between";
}

Result<Steps> steps_of(const JoinRequest& request, const JoinPlan& plan) {
  Steps steps;
  if (wants_terminal(request)) {
    steps.push_back({std::nullopt, "open /dev/ptmx", "a terminal of the program's own"});
  }
  add_birth(request, plan, steps);
  if (plan.likeness && plan.likeness->oom_score_adjustment) {
    const std::string& text = *plan.likeness->oom_score_adjustment;
    add(steps, Step::set_oom_score, text.substr(0, text.find('\n')));
  }
  add_cgroups(request, plan, steps);
  if (plan.context) {
    add(steps, Step::set_context, plan.context->text);
  }
  if (plan.identity.groups_before) {
    add(steps, Step::set_groups, fmt::format("{}", fmt::join(*plan.identity.groups_before, ", ")));
  }
  TRY(add_crossing(plan, steps));
  if (plan.fresh_mounts.sys || plan.fresh_mounts.proc) {
    add(steps, Step::separate_mounts, "");
  }
  if (plan.fresh_mounts.sys) {
    add(steps, Step::mount_sys, "/sys");
  }
  add_place(request, plan, steps);
  if (request.fork == ForkRule::child) {
    add(steps, Step::start_program, "the program's process");
  }
  if (plan.fresh_mounts.proc) {
    add(steps, Step::mount_proc, "/proc");
  }
  add_credentials(plan, steps);
  add(steps, Step::execute_program, shown_program(plan));
  return steps;
}

Result<JoinPreview> preview_join(const JoinRequest& request) {
  auto planned = plan_join(request);
  if (!planned) {
    return fail(std::move(planned).error().during(doing(request)));
  }
  JoinPlan plan = *std::move(planned);
  JoinPreview preview;
  preview.target = request.target;
  for (const ns::NamespaceHandle& handle : plan.namespaces) {
    preview.namespaces.push_back(handle.ref());
  }
  preview.steps = TRY(steps_of(request, plan));
  preview.uid = plan.identity.uid;
  preview.gid = plan.identity.gid;
  if (plan.identity.groups == GroupsRule::set || plan.identity.groups_before) {
    preview.groups = plan.identity.supplementary;
  }
  preview.candidates = std::move(plan.program.candidates);
  preview.notes = std::move(plan.notes);
  return preview;
}

}  // namespace nsplay::ops
