#include "nsplay/ops/holder.h"

#include <csignal>
#include <optional>

#include "nsplay/ops/child_report.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

constexpr int own_failure = 125;
constexpr int killed = 128 + SIGKILL;

bool is_detached(const ChildPlan& plan) {
  return plan.request->attachment == Attachment::detached;
}

/// A detached child has no front process to wait for, and keeps nothing of the one it had but the
/// pipe for its last word.
void let_go(ChildPlan& plan) {
  sys::close_from(3, plan.reports.write_end.get(), -1);
  static_cast<void>(plan.lifeline.read_end.release());
  static_cast<void>(plan.go.read_end.release());
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

void report_ready(ChildPlan& plan, const ChildReport& report) {
  if (is_detached(plan)) {
    let_go(plan);
  }
  send_report(plan.reports.write_end, report);
  if (is_detached(plan)) {
    plan.reports.write_end.reset();
  }
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

}  // namespace

int hold_namespaces(ChildPlan& plan) {
  if (is_detached(plan)) {
    static_cast<void>(sys::change_directory("/"));  // keeps no file system busy
  }
  ChildReport ready;
  sys::read_raw_uname(ready.uname);
  report_ready(plan, ready);
  const auto inbox = sys::SignalInbox::open({SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCHLD});
  auto timer = plan.request->lifetime ? sys::timer_after(*plan.request->lifetime) : sys::UniqueFd();
  if (!inbox || !timer) {
    return own_failure;
  }
  for (;;) {
    sys::wait_readable({inbox->fd().get(), timer->get(), plan.lifeline.read_end.get()});
    if (const auto status = take_signals(*inbox, plan)) {
      return *status;
    }
    const bool front_is_gone =
        plan.lifeline.read_end && sys::is_readable(plan.lifeline.read_end.get());
    const bool time_is_up = *timer && sys::is_readable(timer->get());
    if (front_is_gone || time_is_up) {
      return 0;
    }
  }
}

int serve_as_init(const ChildReport& started, ChildPlan& plan) {
  const auto program = static_cast<pid_t>(started.value);
  // Whoever reads the program's output shall see its end when the program closes it.
  static_cast<void>(sys::use_as_standard_streams(plan.null_device));
  report_ready(plan, started);
  const auto inbox = sys::SignalInbox::open(
      {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGTSTP, SIGCONT, SIGCHLD});
  if (!inbox) {
    return own_failure;
  }
  for (;;) {
    if (const auto status = take_changes(program, plan)) {
      return *status;
    }
    sys::wait_readable({inbox->fd().get(), plan.lifeline.read_end.get()});
    while (const auto signal = inbox->next()) {
      if (signal->number != SIGCHLD && !signal->from_kernel) {
        sys::signal_child(program, signal->number);
      }
    }
    if (plan.lifeline.read_end && sys::is_readable(plan.lifeline.read_end.get())) {
      return killed;
    }
  }
}

}  // namespace nsplay::ops
