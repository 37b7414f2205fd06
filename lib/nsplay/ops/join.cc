#include "nsplay/ops/join.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/capability_rules.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/join_plan.h"
#include "nsplay/ops/join_terminal.h"
#include "nsplay/ops/join_worker.h"
#include "nsplay/ops/program.h"
#include "nsplay/sys/child.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using procfs::PinnedProcess;

/// What an attempt needs beside the plan; one that succeeds takes it.
struct Launch {
  sys::ExecImage image;
  ForkRule fork = ForkRule::child;
  std::optional<ProgramTerminal> terminal;
  sys::SignalInbox inbox;
};

struct Attempt {
  ChildReport report;
  std::optional<Session> session;  ///< when the report says that all went well
};

Error cgroup_error(int errnum, const TargetCgroup& cgroup, std::string_view call) {
  const std::string subject =
      fmt::format("{} of {}", escape_for_terminal(cgroup.path), cgroup.hierarchy);
  switch (errnum) {
    case EACCES:
    case EPERM:
      return Error::of(errnum, call, subject)
          .with_hint(
              "only who may write the cgroup.procs of both cgroups and of the one above "
              "them may move a process (cgroups(7)); run as root");
    case ENOSPC:
      return Error::of(errnum, call, subject)
          .with_hint("a cpuset without cpus or memory nodes takes no process");
    case EAGAIN:
      return Error::of(errnum, call, subject).with_hint("pids.max of the cgroup is reached");
    default:
      return Error::of(errnum, call, subject);
  }
}

WorkerPlan worker_plan_of(const JoinPlan& plan, const Crossing& crossing, Launch& launch) {
  WorkerPlan worker_plan;
  worker_plan.crossing = &crossing;
  worker_plan.place = plan.place ? &*plan.place : nullptr;
  worker_plan.identity = &plan.identity;
  worker_plan.cgroups = &plan.cgroups;
  worker_plan.likeness = plan.likeness ? &*plan.likeness : nullptr;
  worker_plan.context = plan.context ? &*plan.context : nullptr;
  worker_plan.fresh_mounts = plan.fresh_mounts;
  worker_plan.privileges = plan.privileges;
  worker_plan.preserved_files = plan.preserved_files;
  worker_plan.terminal = launch.terminal ? &*launch.terminal : nullptr;
  worker_plan.image = &launch.image;
  worker_plan.inbox = &launch.inbox;
  return worker_plan;
}

/// Wherever what is executed may be the target's doing. A machine that gives no launcher goes
/// without.
std::optional<sys::Launcher> launcher_for(const JoinPlan& plan, sys::Launcher::Failure failure) {
  const bool is_theirs =
      kinds_of(plan.namespaces).contains(Kind::mnt) || (plan.place && plan.place->root);
  auto launcher = is_theirs ? sys::Launcher::make(failure) : fail(Error{});
  return launcher ? std::optional(*std::move(launcher)) : std::nullopt;
}

/// Born in the target's cgroup where the kernel can do it: entering one later takes milliseconds.
Result<sys::Child> start_worker(WorkerPlan& worker_plan) {
  const auto body = [&] { return run_worker(worker_plan); };
  const auto& cgroups = *worker_plan.cgroups;
  const auto unified = std::find_if(
      cgroups.begin(), cgroups.end(), [](const TargetCgroup& cgroup) { return cgroup.is_unified; });
  if (unified == cgroups.end()) {
    return sys::start_child(0, body);
  }
  worker_plan.is_in_unified_cgroup = true;
  auto worker = sys::start_child_in_cgroup(unified->directory, body);
  if (worker || worker.error().errnum != ENOSYS) {
    return worker ? std::move(worker)
                  : fail(cgroup_error(worker.error().errnum, *unified, "clone"));
  }
  worker_plan.is_in_unified_cgroup = false;
  return sys::start_child(0, body);
}

/// What the program's end, or a worker that failed, leaves to be reaped is owned by the Attempt.
Result<Attempt> attempt_by_worker(const JoinPlan& plan, const Crossing& crossing, Launch& launch) {
  WorkerPlan worker_plan = worker_plan_of(plan, crossing, launch);
  worker_plan.launcher = launcher_for(plan, sys::Launcher::Failure::reported);
  worker_plan.reports = TRY(sys::make_pipe());
  worker_plan.lifeline = TRY(sys::make_pipe());
  sys::Child worker = TRY(start_worker(worker_plan));
  if (worker_plan.launcher) {
    worker_plan.launcher->close_report_end();
  }
  worker_plan.reports.write_end.reset();
  worker_plan.lifeline.read_end.reset();
  const auto report = TRY(await_report(
      worker_plan.reports.read_end, launch.inbox, [&] { return check_not_frozen(plan.cgroups); }));
  if (!report) {
    return fail(Error::of(0, "the worker ended before it was ready", ""));
  }
  sys::Child program(static_cast<pid_t>(report->step == Step::set_namespaces ? 0 : report->value),
                     sys::UniqueFd());
  if (report->errnum != 0) {
    TRY(worker.wait());
    return Attempt{*report, std::nullopt};
  }
  Session::Parts parts;
  parts.inbox = std::move(launch.inbox);
  parts.program = std::move(program);
  parts.guard = std::move(worker);
  parts.lifeline = std::move(worker_plan.lifeline.write_end);
  if (launch.terminal) {
    parts.terminal =
        std::make_unique<TerminalRelay>(std::move(launch.terminal->pty), launch.terminal->original);
  }
  return Attempt{*report, Session(std::move(parts))};
}

Result<Attempt> attempt(const JoinPlan& plan, const Crossing& crossing, Launch& launch) {
  if (launch.fork == ForkRule::child) {
    return attempt_by_worker(plan, crossing, launch);
  }
  WorkerPlan worker_plan = worker_plan_of(plan, crossing, launch);
  worker_plan.launcher = launcher_for(plan, sys::Launcher::Failure::told);
  return Attempt{cross_and_become_program(worker_plan), std::nullopt};
}

/// The answers of a kernel that has no setns(2) with a pidfd (before 5.8), and the EPERM that a
/// second call after the user namespace can cure (no CAP_SYS_CHROOT outside).
bool may_help_in_order(const ChildReport& report) {
  return report.step == Step::set_namespaces &&
         (report.errnum == EINVAL || report.errnum == EPERM || report.errnum == EBADF ||
          report.errnum == ENOSYS);
}

std::string shown_namespaces(const CrossingStep& step) {
  return step.kinds.to_string();
}

/// EINVAL for a pid namespace: setns(2) goes down only.
std::string not_below_hint(const ns::NamespaceHandle& pid_namespace) {
  return fmt::format("{} is not below your pid namespace; setns(2) only goes down",
                     pid_namespace.name());
}

std::string refusal_hint(const JoinPlan& plan) {
  for (const ns::NamespaceHandle& handle : plan.namespaces) {
    if (std::string hint = crossing_hint(handle); !hint.empty()) {
      return hint;
    }
  }
  return unexplained_refusal();
}

Error crossing_error(const ChildReport& report, const JoinPlan& plan, const CrossingStep& step) {
  Error error = Error::of(report.errnum, "setns", shown_namespaces(step));
  if (report.errnum == ESRCH) {
    const PinnedProcess* process = main_process(plan.sources);
    return process != nullptr ? explain_process(*process, std::move(error)) : error;
  }
  if (report.errnum == EINVAL && step.kinds.contains(Kind::pid)) {
    return std::move(error).with_hint(not_below_hint(*ns::find(plan.namespaces, Kind::pid)));
  }
  return report.errnum == EPERM ? std::move(error).with_hint(refusal_hint(plan)) : error;
}

std::string start_hint(const ChildReport& report, const JoinPlan& plan) {
  const ns::NamespaceHandle* pid_namespace = ns::find(plan.namespaces, Kind::pid);
  // fork(2): the first process of the pid namespace has ended, so there can be no other one.
  if (report.errnum == ENOMEM && pid_namespace != nullptr) {
    return fmt::format("the init of {} has ended: no process can be made there any more",
                       pid_namespace->name());
  }
  return {};
}

/// setgroups(2), setresgid(2), setresuid(2).
std::string identity_hint(const ChildReport& report) {
  if (report.step == Step::set_uid && report.errnum == EPERM) {
    return "only who has CAP_SETUID there may run a program as another user; run as root";
  }
  const bool sets_group = report.step == Step::set_groups || report.step == Step::set_gid;
  if (sets_group && report.errnum == EPERM) {
    return "only who has CAP_SETGID there may change groups, and nobody where the user namespace "
           "forbids setgroups; leave --setuid and --setgid out, or run as root";
  }
  if (report.step == Step::drop_capabilities && report.errnum == EPERM) {
    return "only who has CAP_SETPCAP there may drop capabilities for good; run as root";
  }
  const bool sets_id = report.step == Step::set_uid || report.step == Step::set_gid;
  return sets_id && report.errnum == EINVAL ? "the user namespace does not map this id" : "";
}

/// mount_namespaces(7): who is root in a user namespace alone gets a new /proc or /sys only where
/// nothing of the one that is there is hidden from him.
std::string mount_hint(const ChildReport& report) {
  if (report.errnum != EPERM ||
      (report.step != Step::mount_sys && report.step != Step::mount_proc)) {
    return {};
  }
  const std::string place = report.step == Step::mount_sys ? "/sys" : "/proc";
  const std::string cover = mount_that_hides_a_part_of(place);
  return cover.empty()
             ? fmt::format(
                   "the user namespace has to own what the new {} shows, and {} has to be "
                   "there already (mount_namespaces(7)); where user namespaces are nested, "
                   "--user-parent joins the one above",
                   place,
                   place)
             : fmt::format(
                   "{} hides a part of {} here, so a user namespace gets no new one "
                   "(mount_namespaces(7)); unmount it, or run as root",
                   escape_for_terminal(cover),
                   place);
}

std::string subject_of(const ChildReport& report,
                       const JoinPlan& plan,
                       const JoinRequest& request) {
  switch (report.step) {
    case Step::change_directory:
      return escape_for_terminal(
          request.place.directory_there.value_or(request.place.working_directory.value_or("/")));
    case Step::change_root:
      return escape_for_terminal(request.place.root.value_or(""));
    case Step::set_context:
      return escape_for_terminal(plan.context->text);
    case Step::set_uid:
      return plan.identity.uid ? std::to_string(*plan.identity.uid) : "";
    case Step::set_gid:
      return plan.identity.gid ? std::to_string(*plan.identity.gid) : "";
    default:
      return {};
  }
}

Error worker_error(const ChildReport& report, const JoinPlan& plan, const JoinRequest& request) {
  if (report.step == Step::execute_program) {
    const sys::ExecFailure failure{static_cast<sys::ExecTrouble>(report.detail), report.errnum};
    const bool is_shell = request.program.empty();
    Error error = execution_error(
        failure,
        is_shell ? std::nullopt : std::optional<std::string_view>(request.program.front()));
    const bool is_elsewhere =
        kinds_of(plan.namespaces).contains(Kind::mnt) || (plan.place && plan.place->root);
    return is_elsewhere && !is_shell
               ? std::move(error).with_hint("the path is looked up there, not here")
               : error;
  }
  if (report.step == Step::join_cgroup) {
    return cgroup_error(report.errnum,
                        plan.cgroups.at(static_cast<std::size_t>(report.value)),
                        call_of(report.step));
  }
  if (report.step == Step::check_directory) {
    return Error::of(0, "the working directory is outside of the root directory", "")
        .with_hint("with --wdns DIR, DIR is looked up inside");
  }
  Error error = Error::of(report.errnum, call_of(report.step), subject_of(report, plan, request));
  for (const auto& hint : {identity_hint(report), mount_hint(report), start_hint(report, plan)}) {
    if (!hint.empty()) {
      return std::move(error).with_hint(hint);
    }
  }
  return error;
}

/// The second way, when the first one was refused or does not exist.
Result<Attempt> attempt_in_order(const JoinPlan& plan, Launch& launch) {
  const Crossing crossing = TRY(crossing_in_order(plan));
  Attempt made = TRY(attempt(plan, crossing, launch));
  if (made.report.step == Step::set_namespaces && made.report.errnum != 0) {
    return fail(crossing_error(
        made.report, plan, crossing.steps.at(static_cast<std::size_t>(made.report.value))));
  }
  return made;
}

Result<Attempt> attempt_best(const JoinPlan& plan, Launch& launch) {
  auto crossing = atomic_crossing(plan);
  if (!crossing) {
    return attempt_in_order(plan, launch);
  }
  Attempt made = TRY(attempt(plan, *crossing, launch));
  if (may_help_in_order(made.report)) {
    return attempt_in_order(plan, launch);
  }
  if (made.report.step == Step::set_namespaces && made.report.errnum != 0) {
    return fail(crossing_error(made.report, plan, crossing->steps.front()));
  }
  return made;
}

Result<Joined> run(const JoinRequest& request) {
  JoinPlan plan = TRY(plan_join(request));
  if (plan.likeness) {
    TRY(read_filters_of(*main_process(plan.sources), *plan.likeness, plan.notes));
  }
  Launch launch{sys::ExecImage(std::move(plan.program)), request.fork, std::nullopt, {}};
  launch.terminal = TRY(open_program_terminal(request, plan));
  if (request.fork == ForkRule::self && request.tell_notes) {
    request.tell_notes(plan.notes);
  }
  // Not before: what is opened until now may hang, and Ctrl-C shall end that.
  launch.inbox = TRY(open_front_inbox());
  Attempt made = TRY(attempt_best(plan, launch));
  if (made.report.errnum != 0) {
    return fail(worker_error(made.report, plan, request));
  }
  return Joined{std::move(plan.notes), *std::move(made.session)};
}

}  // namespace

Result<Joined> join(const JoinRequest& request) {
  auto joined = run(request);
  return joined ? std::move(joined) : fail(std::move(joined).error().during(doing(request)));
}

}  // namespace nsplay::ops
