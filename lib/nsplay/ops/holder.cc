#include "nsplay/ops/holder.h"

#include <csignal>
#include <initializer_list>
#include <optional>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

constexpr int killed = 128 + SIGKILL;

bool is_detached(const ChildPlan& plan) {
  return plan.request->attachment == Attachment::detached;
}

/// A detached child keeps nothing of its front process but the pipes for their last words.
void let_go(ChildPlan& plan) {
  sys::close_from(3, {plan.reports.write_end.get(), plan.go.read_end.get()});
  static_cast<void>(plan.lifeline.read_end.release());
  static_cast<void>(plan.null_device.release());
}

void report_stop(const ChildPlan& plan, int signal) {
  ChildReport report;
  report.step = Step::stopped;
  report.value = signal;
  send_report(plan.reports.write_end, report);
}

void reap_all() {
  while (sys::next_change_of_any()) {
  }
}

/// The exit status that a signal to a holder means; empty for those that mean nothing to it.
std::optional<int> end_by(const sys::ReceivedSignal& signal, const ChildPlan& plan) {
  switch (signal.number) {
    case SIGTERM:
    case SIGINT:
      return 0;
    case SIGHUP:
    case SIGQUIT:
      return 128 + signal.number;
    case SIGTSTP:
      // A pid 1 cannot be stopped by the terminal, but the user wants his prompt back.
      report_stop(plan, signal.number);
      return std::nullopt;
    default:
      reap_all();
      return std::nullopt;
  }
}

/// Whether the child may go on: a detached one waits until somebody knows of it.
bool tell(ChildPlan& plan, const ChildReport& report) {
  send_report(plan.reports.write_end, report);
  if (!is_detached(plan)) {
    return true;
  }
  plan.reports.write_end.reset();
  char byte = 0;
  const bool is_known = sys::receive_bytes(plan.go.read_end, &byte, sizeof byte);
  plan.go.read_end.reset();
  return is_known;
}

/// What a child needs to go on, made before it says that it is ready.
struct Waiting {
  sys::SignalInbox inbox;
  sys::UniqueFd timer;  ///< none: it has no time limit
};

Result<Waiting> prepare_to_wait(ChildPlan& plan, std::initializer_list<int> signals) {
  if (is_detached(plan)) {
    let_go(plan);
  }
  Waiting waiting;
  waiting.inbox = TRY(sys::SignalInbox::open(signals));
  if (plan.request->lifetime) {
    waiting.timer = TRY(sys::timer_after(*plan.request->lifetime));
  }
  return waiting;
}

int fail_to_wait(ChildPlan& plan, const Error& error) {
  send_report(plan.reports.write_end, failure_of(Step::prepare_to_wait, error.errnum));
  return exit_own_failure;
}

std::optional<int> take_signals(const sys::SignalInbox& inbox, const ChildPlan& plan) {
  while (const auto signal = inbox.next()) {
    if (const auto status = end_by(*signal, plan)) {
      return status;
    }
  }
  return std::nullopt;
}

/// The program's exit status once it has ended.
std::optional<int> take_changes(pid_t program, const ChildPlan& plan) {
  while (const auto change = sys::next_change_of_any()) {
    const bool is_program = change->first == program;
    if (is_program && change->second.is_end()) {
      return change->second.exit_status();
    }
    if (is_program && change->second.kind == sys::ProcessChange::Kind::stopped) {
      report_stop(plan, change->second.number);
    }
  }
  return std::nullopt;
}

void pass_signals_on(const sys::SignalInbox& inbox, pid_t program) {
  while (const auto signal = inbox.next()) {
    if (signal->number != SIGCHLD && !signal->from_kernel) {
      sys::signal_child(program, signal->number);
    }
  }
}

bool front_is_gone(const ChildPlan& plan) {
  return plan.lifeline.read_end && sys::is_readable(plan.lifeline.read_end.get());
}

}  // namespace

int hold_namespaces(ChildPlan& plan) {
  if (is_detached(plan) && !plan.request->mounts.working_directory) {
    static_cast<void>(sys::change_directory("/"));  // keeps no file system busy
  }
  const auto waiting = prepare_to_wait(plan, {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCHLD});
  if (!waiting) {
    return fail_to_wait(plan, waiting.error());
  }
  ChildReport ready;
  sys::read_raw_uname(ready.uname);
  if (!tell(plan, ready)) {
    return exit_own_failure;
  }
  const auto& [inbox, timer] = *waiting;
  for (;;) {
    sys::wait_readable({inbox.fd().get(), timer.get(), plan.lifeline.read_end.get()});
    if (const auto status = take_signals(inbox, plan)) {
      return *status;
    }
    const bool time_is_up = timer && sys::is_readable(timer.get());
    if (front_is_gone(plan) || time_is_up) {
      return 0;
    }
  }
}

int serve_as_init(const ChildReport& started, ChildPlan& plan) {
  const auto program = started.program;
  // Whoever reads the program's output shall see its end when the program closes it.
  if (!is_detached(plan)) {
    sys::close_standard_streams();
  }
  const auto waiting = prepare_to_wait(
      plan,
      {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGTSTP, SIGCONT, SIGCHLD});
  if (!waiting) {
    return fail_to_wait(plan, waiting.error());
  }
  if (!tell(plan, started)) {
    return exit_own_failure;
  }
  const sys::SignalInbox& inbox = waiting->inbox;
  for (;;) {
    if (const auto status = take_changes(program, plan)) {
      return *status;
    }
    sys::wait_readable({inbox.fd().get(), plan.lifeline.read_end.get()});
    pass_signals_on(inbox, program);
    if (front_is_gone(plan)) {
      if (plan.request->end_signal == SIGKILL) {
        return killed;
      }
      sys::signal_child(program, plan.request->end_signal);
      plan.lifeline.read_end.reset();
    }
  }
}

}  // namespace nsplay::ops
