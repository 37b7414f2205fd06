#include "nsplay/ops/join_worker.h"

#include <cerrno>
#include <csignal>

#include "nsplay/base/exit_status.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

ChildReport cross(const std::vector<CrossingStep>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const CrossingStep& step = steps[i];
    if (const int error =
            sys::set_namespaces(*step.file, static_cast<int>(step.kinds.clone_flags()))) {
      ChildReport report = failure_of(Step::set_namespaces, error);
      report.value = static_cast<std::int64_t>(i);
      return report;
    }
  }
  return {};
}

int enter_directory(const Place& place) {
  if (!place.directory_there.empty()) {
    return sys::change_directory_without_magic(place.directory_there.c_str());
  }
  return place.working_directory ? sys::change_directory(place.working_directory)
                                 : sys::change_directory("/");
}

/// A working directory outside of the root directory would be a way out of it.
ChildReport go_to_directory(const Place& place) {
  const int error = enter_directory(place);
  const bool is_fine =
      error == 0 && (place.outside == OutsideRule::keep || sys::working_directory_is_inside_root());
  if (is_fine) {
    return {};
  }
  if (place.outside == OutsideRule::leave) {
    return failure_of(Step::change_directory, sys::change_directory("/"));
  }
  return error != 0 ? failure_of(Step::change_directory, error)
                    : failure_of(Step::check_directory, EXDEV);
}

/// setns(2) leads to the root of the mount namespace; a target that is chrooted has its own.
ChildReport go_to(const Place& place) {
  const int error = place.root ? sys::change_root(place.root) : 0;
  return error != 0 ? failure_of(Step::change_root, error) : go_to_directory(place);
}

/// Before the crossing: the caller's permissions count.
ChildReport join_cgroups(const WorkerPlan& plan) {
  for (std::size_t i = 0; i < plan.cgroups->size(); ++i) {
    const OpenCgroup& cgroup = (*plan.cgroups)[i];
    const bool is_there = cgroup.is_unified && plan.is_in_unified_cgroup;
    if (const int error = is_there ? 0 : sys::write_text_to(cgroup.members, "0")) {
      ChildReport report = failure_of(Step::join_cgroup, error);
      report.value = static_cast<std::int64_t>(i);
      return report;
    }
  }
  return {};
}

/// A user namespace may forbid setgroups(2), but not what was done outside of it.
ChildReport take_groups_before(const Identity& identity) {
  return failure_of(Step::set_groups,
                    identity.groups_before ? sys::set_groups(*identity.groups_before) : 0);
}

/// After the crossing: a sysfs shows the network namespace of whoever mounts it.
ChildReport mount_freshly(const FreshMounts& mounts) {
  if (!mounts.sys && !mounts.proc) {
    return {};
  }
  if (const int error =
          sys::unshare_namespaces(static_cast<int>(info_of(ns::Kind::mnt).clone_flag))) {
    return failure_of(Step::separate_mounts, error);
  }
  if (const int error = sys::make_mounts_follow()) {
    return failure_of(Step::separate_mounts, error);
  }
  return failure_of(Step::mount_sys, mounts.sys ? sys::mount_sys() : 0);
}

/// Everything but the program.
ChildReport enter(const WorkerPlan& plan) {
  // As long as /proc/self is the caller's own: it is root's when the process is not dumpable.
  ChildReport report = plan.likeness != nullptr ? take_oom_score(*plan.likeness) : ChildReport{};
  sys::set_dumpable(sys::Dumpable::no);  // nobody in the target may trace what is half inside
  if (report.errnum == 0) {
    report = join_cgroups(plan);
  }
  // By the caller's /proc, and inherited by the program.
  if (report.errnum == 0 && plan.context != nullptr) {
    report =
        failure_of(Step::set_context, sys::write_text_to(plan.context->file, plan.context->text));
  }
  if (report.errnum == 0) {
    report = take_groups_before(*plan.identity);
  }
  if (report.errnum == 0) {
    report = cross(plan.crossing->steps);
  }
  if (report.errnum == 0) {
    report = mount_freshly(plan.fresh_mounts);
  }
  return report.errnum == 0 && plan.place != nullptr ? go_to(*plan.place) : report;
}

ProgramStart start_of(WorkerPlan& plan) {
  ProgramStart start;
  start.launcher = plan.launcher ? &*plan.launcher : nullptr;
  if (plan.terminal != nullptr) {
    start.terminal = &plan.terminal->pty.slave;
    sys::give_to(plan.terminal->pty.slave, plan.identity->uid);
  }
  start.image = plan.image;
  start.inbox = plan.inbox;
  start.identity = plan.identity;
  start.privileges = plan.privileges;
  start.likeness = plan.likeness;
  start.preserved_files = plan.preserved_files;
  start.mounts_proc = plan.fresh_mounts.proc;
  return start;
}

ChildReport start(WorkerPlan& plan) {
  ProgramStart start = start_of(plan);
  start.parent_death_signal = SIGKILL;
  return start_program(start, Relation::sibling);
}

}  // namespace

int run_worker(WorkerPlan& plan) {
  plan.lifeline.write_end.reset();
  sys::block_all_signals();
  ChildReport report = enter(plan);
  if (report.errnum == 0) {
    report = start(plan);
  }
  if (report.errnum != 0) {
    send_report(plan.reports.write_end, report);
    return exit_own_failure;
  }
  const bool may_restore = plan.terminal != nullptr && plan.terminal->original;
  guard_program(report,
                plan.reports.write_end,
                plan.lifeline.read_end,
                SIGKILL,
                may_restore ? &*plan.terminal->original : nullptr);
}

ChildReport cross_and_become_program(WorkerPlan& plan) {
  const ChildReport report = enter(plan);
  return report.errnum != 0 ? report : become_program(start_of(plan));
}

}  // namespace nsplay::ops
