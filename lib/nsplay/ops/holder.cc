#include "nsplay/ops/holder.h"

#include <csignal>
#include <optional>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

bool is_detached(const ChildPlan& plan) {
  return plan.request->attachment == Attachment::detached;
}

/// A detached child keeps nothing of its front process but the pipes for their last words.
void let_go(ChildPlan& plan) {
  sys::close_from(3, {plan.reports.write_end.get(), plan.go.read_end.get()});
  static_cast<void>(plan.lifeline.read_end.release());
  static_cast<void>(plan.null_device.release());
}

void tell_stop(const ChildPlan& plan) {
  const char byte = 1;
  sys::send_bytes(plan.stops.write_end, &byte, sizeof byte);
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
      tell_stop(plan);
      return std::nullopt;
    default:
      reap_all();
      return std::nullopt;
  }
}

/// What it needs to go on, made before it says that it is ready.
struct Waiting {
  sys::SignalInbox inbox;
  sys::UniqueFd timer;  ///< none: it has no time limit
};

Result<Waiting> prepare_to_wait(ChildPlan& plan) {
  if (is_detached(plan)) {
    let_go(plan);
  }
  Waiting waiting;
  waiting.inbox = TRY(sys::SignalInbox::open({SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCHLD}));
  if (plan.request->lifetime) {
    waiting.timer = TRY(sys::timer_after(*plan.request->lifetime));
  }
  return waiting;
}

int fail_to_wait(ChildPlan& plan, const Error& error) {
  return report_failure(plan.reports.write_end, failure_of(Step::prepare_to_wait, error.errnum));
}

std::optional<int> take_signals(const sys::SignalInbox& inbox, const ChildPlan& plan) {
  while (const auto signal = inbox.next()) {
    if (const auto status = end_by(*signal, plan)) {
      return status;
    }
  }
  return std::nullopt;
}

bool front_is_gone(const ChildPlan& plan) {
  return plan.lifeline.read_end && sys::is_readable(plan.lifeline.read_end.get());
}

}  // namespace

bool tell_ready(ChildPlan& plan, const ChildReport& report) {
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

int hold_namespaces(ChildPlan& plan) {
  if (is_detached(plan) && !plan.request->mounts.working_directory) {
    static_cast<void>(sys::change_directory("/"));  // keeps no file system busy
  }
  const auto waiting = prepare_to_wait(plan);
  if (!waiting) {
    return fail_to_wait(plan, waiting.error());
  }
  ChildReport ready;
  sys::read_raw_uname(ready.uname);
  if (!tell_ready(plan, ready)) {
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

}  // namespace nsplay::ops
