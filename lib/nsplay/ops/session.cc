#include "nsplay/ops/session.h"

#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {

Result<sys::SignalInbox> open_front_inbox() {
  return sys::SignalInbox::open({SIGINT,
                                 SIGTERM,
                                 SIGHUP,
                                 SIGQUIT,
                                 SIGUSR1,
                                 SIGUSR2,
                                 SIGWINCH,
                                 SIGTSTP,
                                 SIGTTIN,
                                 SIGTTOU,
                                 SIGCONT,
                                 SIGCHLD});
}

namespace {

Error interrupted_by(int signal) {
  return Error::of(0, fmt::format("{} came before it was ready", sys::name_of_signal(signal)), "");
}

/// What the terminal sends goes to its whole foreground group, the program included. Only when it
/// hangs up, the leader of the session is told first, and alone.
bool program_has_it(const sys::ReceivedSignal& signal) {
  const bool told_alone = signal.number == SIGHUP && sys::is_session_leader();
  return signal.from_kernel && !told_alone;
}

bool means_the_end(int signal) {
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT;
}

}  // namespace

int next_end(const sys::SignalInbox& inbox, Sender sender) noexcept {
  while (const auto signal = inbox.next()) {
    if (means_the_end(signal->number) && (sender == Sender::anybody || signal->from_kernel)) {
      return signal->number;
    }
  }
  return 0;
}

Result<> check_not_interrupted(const sys::SignalInbox& inbox) {
  const int signal = next_end(inbox, Sender::anybody);
  return signal == 0 ? Result<>() : fail(interrupted_by(signal));
}

Result<bool> await_readable(const sys::UniqueFd& file,
                            const sys::SignalInbox& inbox,
                            const WaitingCheck& check) {
  constexpr std::chrono::seconds patience(1);
  for (;;) {
    sys::wait_readable({file.get(), inbox.fd().get()},
                       check ? std::optional(patience) : std::nullopt);
    // In the usual case it is about to come, and the signal is for the program then.
    if (sys::wait_readable({file.get()}, patience)) {
      return true;
    }
    TRY(check_not_interrupted(inbox));
    if (check && !TRY(check())) {
      return false;
    }
  }
}

Result<std::optional<ChildReport>> await_report(const sys::UniqueFd& reports,
                                                const sys::SignalInbox& inbox,
                                                const WaitingCheck& check) {
  if (!TRY(await_readable(reports, inbox, check))) {
    return std::nullopt;
  }
  const auto report = receive_report(reports);
  if (report && report->step == Step::interrupted) {
    return fail(interrupted_by(static_cast<int>(report->value)));
  }
  return report;
}

Result<int> Session::wait() {
  // It may have ended before anybody looked, and its SIGCHLD may be gone.
  bool child_changed = true;
  if (parts_.terminal) {
    parts_.terminal->enter();
  }
  for (;;) {
    if (child_changed) {
      if (const auto status = TRY(take_changes())) {
        return *status;
      }
    }
    take_stops();
    wait_for_news();
    child_changed = pass_on_signals();
  }
}

void Session::wait_for_news() const {
  const int signals = parts_.inbox.fd().get();
  if (parts_.terminal) {
    parts_.terminal->relay_until_readable({signals, parts_.stops.get()});
  } else {
    sys::wait_readable({signals, parts_.stops.get()});
  }
}

bool Session::pass_on_signals() const {
  bool child_changed = false;
  while (const auto signal = parts_.inbox.next()) {
    if (signal->number == SIGCHLD) {
      child_changed = true;
    } else if (parts_.terminal ? !obey(signal->number) : !program_has_it(*signal)) {
      parts_.program.send_signal(signal->number);
    }
  }
  return child_changed;
}

bool Session::obey(int signal) const {
  switch (signal) {
    case SIGWINCH:
      parts_.terminal->resize();
      return true;
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
      stop();
      return true;
    case SIGCONT:
      parts_.terminal->enter();
      return false;
    default:
      return false;
  }
}

void Session::stop() const {
  if (parts_.terminal) {
    parts_.terminal->show_all();
    parts_.terminal->leave();
  }
  sys::stop_self();
  if (parts_.terminal) {
    parts_.terminal->enter();
  }
}

Result<std::optional<int>> Session::take_changes() {
  while (const auto change = TRY(parts_.program.next_change(sys::Blocking::no))) {
    if (change->kind == sys::ProcessChange::Kind::stopped) {
      stop();  // the SIGCONT that ends this is in the inbox then, and passed on once
    }
    if (change->is_end()) {
      if (parts_.terminal) {
        parts_.terminal->drain();
        parts_.terminal->leave();
      }
      parts_.guard.end();  // there is nothing left to guard
      return change->exit_status();
    }
  }
  return std::nullopt;
}

void Session::take_stops() {
  if (!parts_.stops || !sys::is_readable(parts_.stops.get())) {
    return;
  }
  char byte = 0;
  if (sys::receive_bytes(parts_.stops, &byte, sizeof byte)) {
    stop();
  } else {
    parts_.stops.reset();
  }
}

}  // namespace nsplay::ops
