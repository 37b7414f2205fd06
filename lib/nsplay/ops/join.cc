#include "nsplay/ops/join.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ops/child_ends.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/join_errors.h"
#include "nsplay/ops/join_launch.h"
#include "nsplay/ops/join_narration.h"
#include "nsplay/ops/join_plan.h"
#include "nsplay/ops/join_terminal.h"
#include "nsplay/ops/join_worker.h"
#include "nsplay/ops/time_visit.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

/// What an attempt needs beside the plan; one that succeeds takes it.
struct Launch {
  sys::ExecImage image;
  ForkRule fork = ForkRule::child;
  std::optional<ProgramTerminal> terminal;
  sys::SignalInbox inbox;
  const Narrator* narrator = nullptr;
  std::optional<JoinNarration> narration = {};  ///< when somebody listens
};

StepTeller::Listener listener_of(Launch& launch) {
  return [&launch](const ChildReport& report) { launch.narration->tell(report); };
}

/// The report, which has not come through a pipe.
ChildReport told(const ChildReport& report, Launch& launch) {
  if (launch.narration) {
    launch.narration->tell(report);
  }
  return report;
}

struct Attempt {
  ChildReport report;
  std::optional<Session> session;  ///< when the report says that all went well
};

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

/// A machine that gives no launcher goes without.
std::optional<sys::Launcher> launcher_for(const JoinPlan& plan, sys::Launcher::Failure failure) {
  auto launcher = plan.needs_launcher ? sys::Launcher::make(failure) : fail(Error{});
  return launcher ? std::optional(*std::move(launcher)) : std::nullopt;
}

/// Born in the target's cgroup where the kernel can do it: entering one later takes milliseconds.
Result<sys::Child> fork_worker(WorkerPlan& worker_plan, const Narrator& narrator) {
  const auto body = [&] {
    sys::UnbornSibling program = 0;
    return run_worker(worker_plan, program);
  };
  const auto& cgroups = *worker_plan.cgroups;
  const auto unified = std::find_if(
      cgroups.begin(), cgroups.end(), [](const OpenCgroup& cgroup) { return cgroup.is_unified; });
  const auto start_outside = [&] {
    auto worker = sys::start_child(0, body);
    narrate_clone(narrator, 0, worker);
    return worker;
  };
  if (unified == cgroups.end()) {
    return start_outside();
  }
  worker_plan.is_in_unified_cgroup = true;
  auto worker = sys::start_child_in_cgroup(0, unified->directory, body);
  narrate_clone(narrator, 0, worker, &*unified);
  if (worker || worker.error().errnum != ENOSYS) {
    return worker ? std::move(worker)
                  : fail(cgroup_error(worker.error().errnum, *unified, "clone"));
  }
  worker_plan.is_in_unified_cgroup = false;
  return start_outside();
}

/// The birth of a worker in this process's memory, which it leaves as it is. One that does more
/// than cross and start the program is forked.
struct NearBirth {
  Crossing crossing;               ///< what is left to cross
  std::optional<TimeVisit> visit;  ///< it is born in the time namespace
};

std::optional<NearBirth> near_birth_for(const JoinPlan& plan,
                                        const Crossing& crossing,
                                        const Launch& launch) {
  const bool is_plain = !launch.narration && !launch.terminal && !plan.likeness && !plan.context &&
                        plan.cgroups.empty() && crossing.steps.size() == 1;
  if (!is_plain) {
    return std::nullopt;
  }
  NearBirth birth;
  CrossingStep step = crossing.steps.front();
  if (step.kinds.contains(ns::Kind::time)) {
    auto visit = TimeVisit::begin(*step.file);
    if (!visit) {
      return std::nullopt;
    }
    birth.visit = *std::move(visit);
    step.kinds.erase(ns::Kind::time);
  }
  if (!step.kinds.empty()) {
    birth.crossing.steps.push_back(step);
  }
  return birth;
}

/// The worker's report. What would keep it from coming for ever is an error.
Result<ChildReport> await_start(const WorkerPlan& worker_plan, Launch& launch) {
  const auto is_on_the_way = [&]() -> Result<bool> {
    TRY(check_not_frozen(*worker_plan.cgroups));
    TRY(check_none_stopped());
    return true;
  };
  const sys::UniqueFd& reports = worker_plan.reports.read_end;
  const auto report = TRY(
      launch.narration ? await_narrated(reports, launch.inbox, listener_of(launch), is_on_the_way)
                       : await_report(reports, launch.inbox, is_on_the_way));
  return report ? Result<ChildReport>(*report)
                : fail(Error::of(0, "the worker ended before it was ready", ""));
}

/// The report of a program that runs. One whose steps are told waits until all of them are.
Result<ChildReport> await_program(const WorkerPlan& worker_plan, Launch& launch) {
  const ChildReport report = TRY(await_start(worker_plan, launch));
  if (!worker_plan.go.write_end || report.errnum != 0) {
    return report;
  }
  const char byte = 1;
  sys::send_bytes(worker_plan.go.write_end, &byte, sizeof byte);
  return await_start(worker_plan, launch);
}

/// The pipes between the worker and this process.
Result<> make_pipes(WorkerPlan& worker_plan, const Launch& launch) {
  worker_plan.reports = TRY(sys::make_pipe());
  worker_plan.lifeline = TRY(sys::make_pipe());
  if (launch.narration) {
    worker_plan.go = TRY(sys::make_pipe());
    worker_plan.teller = teller_through(worker_plan.reports.write_end);
  }
  return {};
}

/// What the program's end, or a worker that failed, leaves to be reaped is owned by the Attempt.
Result<Attempt> attempt_by_worker(const JoinPlan& plan, const Crossing& crossing, Launch& launch) {
  WorkerPlan worker_plan = worker_plan_of(plan, crossing, launch);
  worker_plan.launcher = launcher_for(plan, sys::Launcher::Failure::reported);
  TRY(make_pipes(worker_plan, launch));
  ChildEnds ends(
      {&worker_plan.reports.write_end, &worker_plan.lifeline.read_end, &worker_plan.go.read_end});
  std::optional<NearBirth> birth = near_birth_for(plan, crossing, launch);
  worker_plan.crossing = birth ? &birth->crossing : &crossing;
  const sys::BodyInSameMemory body = [&](sys::UnbornSibling& program) {
    return run_worker(worker_plan, program);
  };
  sys::Child worker = TRY(birth ? sys::start_child_in_same_memory(body)
                                : fork_worker(worker_plan, *launch.narrator));
  ends.close();
  auto report = TRY(await_program(worker_plan, launch));
  if (worker_plan.launcher) {
    worker_plan.launcher->close_report_end();
  }
  sys::Child program(report.program, sys::UniqueFd());
  if (report.errnum != 0) {
    TRY(worker.wait());
    return Attempt{report, std::nullopt};
  }
  if (worker_plan.launcher) {
    const auto failure =
        TRY(await_execution(*worker_plan.launcher, program.pid(), launch.inbox, plan.cgroups));
    if (failure) {
      return Attempt{told(execution_report(*failure), launch), std::nullopt};
    }
  }
  Session::Parts parts;
  parts.inbox = std::move(launch.inbox);
  parts.program = std::move(program);
  parts.guard = std::move(worker);
  parts.time_visit = birth ? std::move(birth->visit) : std::nullopt;
  parts.lifeline = std::move(worker_plan.lifeline.write_end);
  if (launch.terminal) {
    parts.terminal =
        std::make_unique<TerminalRelay>(std::move(launch.terminal->pty), launch.terminal->original);
  }
  return Attempt{report, Session(std::move(parts))};
}

Result<Attempt> attempt(const JoinPlan& plan, const Crossing& crossing, Launch& launch) {
  if (launch.narration) {
    launch.narration->begin(crossing);
  }
  if (launch.fork == ForkRule::child) {
    return attempt_by_worker(plan, crossing, launch);
  }
  WorkerPlan worker_plan = worker_plan_of(plan, crossing, launch);
  worker_plan.launcher = launcher_for(plan, sys::Launcher::Failure::told);
  if (launch.narration) {
    worker_plan.teller = StepTeller(listener_of(launch));
  }
  return Attempt{told(cross_and_become_program(worker_plan), launch), std::nullopt};
}

/// The answers of a kernel that has no setns(2) with a pidfd (before 5.8), and the EPERM that a
/// second call after the user namespace can cure (no CAP_SYS_CHROOT outside).
bool may_help_in_order(const ChildReport& report) {
  return report.step == Step::set_namespaces &&
         (report.errnum == EINVAL || report.errnum == EPERM || report.errnum == EBADF ||
          report.errnum == ENOSYS);
}

/// The second way, when the first one was refused or does not exist.
Result<Attempt> attempt_in_order(const JoinPlan& plan, Launch& launch) {
  const Crossing crossing = TRY(crossing_in_order(plan));
  Attempt made = TRY(attempt(plan, crossing, launch));
  if (made.report.step == Step::set_namespaces && made.report.errnum != 0) {
    return fail(crossing_error(
        made.report, plan, crossing.steps.at(static_cast<std::size_t>(made.report.detail))));
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
  std::optional<JoinNarration> narration;
  if (request.narrator) {
    narration = TRY(JoinNarration::make(request, plan));
  }
  Launch launch{sys::ExecImage(std::move(plan.program)), request.fork, std::nullopt, {}};
  launch.narrator = &request.narrator;
  launch.narration = std::move(narration);
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
  return joined ? std::move(joined) : fail(join_error(std::move(joined).error(), request));
}

}  // namespace nsplay::ops
