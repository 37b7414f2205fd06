#include "nsplay/ops/join_worker.h"

#include <cerrno>
#include <csignal>

#include "nsplay/ops/child_report.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

ChildReport cross(const std::vector<CrossingStep>& steps, const StepTeller& teller) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const CrossingStep& step = steps[i];
    const int flags = static_cast<int>(step.kinds.clone_flags());
    ChildReport report = failure_of(Step::set_namespaces, sys::set_namespaces(*step.file, flags));
    report.detail = static_cast<std::int32_t>(i);
    if (teller.done(report).errnum != 0) {
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
ChildReport go_to_directory(const Place& place, const StepTeller& teller) {
  const int error = teller.done(failure_of(Step::change_directory, enter_directory(place))).errnum;
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
ChildReport go_to(const Place& place, const StepTeller& teller) {
  ChildReport report;
  if (place.root) {
    report = teller.done(failure_of(Step::change_root, sys::change_root(place.root)));
  }
  return report.errnum == 0 ? go_to_directory(place, teller) : report;
}

/// Before the crossing: the caller's permissions count.
ChildReport join_cgroups(const WorkerPlan& plan) {
  for (std::size_t i = 0; i < plan.cgroups->size(); ++i) {
    const OpenCgroup& cgroup = (*plan.cgroups)[i];
    const bool is_there = cgroup.is_unified && plan.is_in_unified_cgroup;
    if (is_there) {
      continue;
    }
    ChildReport report = failure_of(Step::join_cgroup, sys::write_text_to(cgroup.members, "0"));
    report.detail = static_cast<std::int32_t>(i);
    if (plan.teller.done(report).errnum != 0) {
      return report;
    }
  }
  return {};
}

/// A user namespace may forbid setgroups(2), but not what was done outside of it.
ChildReport take_groups_before(const Identity& identity, const StepTeller& teller) {
  return identity.groups_before
             ? teller.done(failure_of(Step::set_groups, sys::set_groups(*identity.groups_before)))
             : ChildReport{};
}

/// After the crossing: a sysfs shows the network namespace of whoever mounts it.
ChildReport mount_freshly(const FreshMounts& mounts, const StepTeller& teller) {
  if (!mounts.sys && !mounts.proc) {
    return {};
  }
  int error = sys::unshare_namespaces(static_cast<int>(info_of(ns::Kind::mnt).clone_flag));
  if (error == 0) {
    error = sys::make_mounts_follow();
  }
  const ChildReport report = teller.done(failure_of(Step::separate_mounts, error));
  return error == 0 && mounts.sys ? teller.done(failure_of(Step::mount_sys, sys::mount_sys()))
                                  : report;
}

/// By the caller's /proc, and inherited by the program.
ChildReport take_context(const WorkerPlan& plan) {
  return plan.context == nullptr
             ? ChildReport{}
             : plan.teller.done(failure_of(
                   Step::set_context, sys::write_text_to(plan.context->file, plan.context->text)));
}

/// As long as /proc/self is the caller's own: it is root's when the process is not dumpable.
ChildReport take_first_likeness(const WorkerPlan& plan) {
  const bool has_score = plan.likeness != nullptr && plan.likeness->oom_score_adjustment;
  return has_score ? plan.teller.done(take_oom_score(*plan.likeness)) : ChildReport{};
}

/// Everything but the program.
ChildReport enter(const WorkerPlan& plan) {
  ChildReport report = take_first_likeness(plan);
  sys::set_dumpable(sys::Dumpable::no);  // nobody in the target may trace what is half inside
  if (report.errnum == 0) {
    report = join_cgroups(plan);
  }
  if (report.errnum == 0) {
    report = take_context(plan);
  }
  if (report.errnum == 0) {
    report = take_groups_before(*plan.identity, plan.teller);
  }
  if (report.errnum == 0) {
    report = cross(plan.crossing->steps, plan.teller);
    sys::set_dumpable(sys::Dumpable::no);  // a new user namespace makes it what fs.suid_dumpable is
  }
  if (report.errnum == 0) {
    report = mount_freshly(plan.fresh_mounts, plan.teller);
  }
  return report.errnum == 0 && plan.place != nullptr ? go_to(*plan.place, plan.teller) : report;
}

ProgramStart start_of(WorkerPlan& plan) {
  ProgramStart start;
  start.launcher = plan.launcher ? &*plan.launcher : nullptr;
  if (plan.terminal != nullptr) {
    start.terminal = &plan.terminal->pty.slave;
    sys::give_to(plan.terminal->pty.slave, plan.identity->uid);
  }
  start.teller = plan.teller;
  if (plan.go.read_end) {
    start.last_checkpoint = Checkpoint{&plan.reports.write_end, &plan.go.read_end};
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

ChildReport start(WorkerPlan& plan, sys::UnbornSibling& program) {
  ProgramStart start = start_of(plan);
  start.unborn = &program;
  start.parent_death_signal = SIGKILL;
  return start_program(start, Relation::sibling);
}

}  // namespace

int run_worker(WorkerPlan& plan, sys::UnbornSibling& program) {
  // By number: the plan may be the front process's own.
  sys::close_here(plan.lifeline.write_end);
  sys::close_here(plan.go.write_end);
  sys::block_all_signals();
  ChildReport report = enter(plan);
  if (report.errnum == 0) {
    report = start(plan, program);
    sys::set_dumpable(sys::Dumpable::no);  // the program's credentials have changed it
  }
  if (report.errnum != 0) {
    return report_failure(plan.reports.write_end, report);
  }
  const bool may_restore = plan.terminal != nullptr && plan.terminal->original;
  return guard_program(report,
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
