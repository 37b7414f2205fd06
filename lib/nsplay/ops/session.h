#pragma once

// The front process while its child runs: it stays in the caller's namespaces, passes signals on,
// stops and continues with the program as a shell expects it, and knows how the program ended.

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "nsplay/base/result.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/terminal_relay.h"
#include "nsplay/ops/time_visit.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {

/// The signals that a front process takes in and passes on, and SIGCHLD.
Result<sys::SignalInbox> open_front_inbox();

enum class Sender { terminal, anybody };

/// The next waiting signal that means the end, from such a sender; others are dropped. 0: none.
int next_end(const sys::SignalInbox& inbox, Sender sender) noexcept;

/// An error when somebody wanted the end before there was a program to pass that on to.
Result<> check_not_interrupted(const sys::SignalInbox& inbox);

/// Whether to go on waiting. Is asked now and then.
using WaitingCheck = std::function<Result<bool>()>;

/// True once the descriptor can be read, false when `check` says that it need not be. What is
/// waited for may take for ever (a program on a file system that does not answer), so a signal that
/// means the end breaks the waiting off. Errors: interrupted; those of `check`.
Result<bool> await_readable(const sys::UniqueFd& file,
                            const sys::SignalInbox& inbox,
                            const WaitingCheck& check = {});

/// The next report of a child that is being started; empty when every process that could send one
/// is gone, or `check` says so. Errors: those of await_readable().
Result<std::optional<ChildReport>> await_report(const sys::UniqueFd& reports,
                                                const sys::SignalInbox& inbox,
                                                const WaitingCheck& check = {});

class [[nodiscard]] Session {
 public:
  struct Parts {
    sys::SignalInbox inbox;
    std::optional<TimeVisit> time_visit;  ///< lasts longer than the guard
    sys::Child program;      ///< whose end is the end: the program, its init, or the holder
    sys::Child guard;        ///< ends the program when this process is killed; may be none
    sys::UniqueFd lifeline;  ///< write end, closed by the kernel when this process is killed
    sys::UniqueFd stops;     ///< a byte whenever an init's program was stopped
    std::unique_ptr<TerminalRelay> terminal;  ///< of a program that has one of its own
  };

  explicit Session(Parts parts) noexcept : parts_(std::move(parts)) {}

  [[nodiscard]] pid_t pid() const noexcept { return parts_.program.pid(); }

  /// Whether the program's input and output go through this process.
  [[nodiscard]] bool relays() const noexcept { return parts_.terminal != nullptr; }

  /// Until the program has ended. Its status, or 128 plus the signal that ended it.
  Result<int> wait();

 private:
  Result<std::optional<int>> take_changes();
  void wait_for_news() const;
  /// Whether one of them says that a child has changed.
  [[nodiscard]] bool pass_on_signals() const;
  /// What the signal means for the user's terminal. False: it is the program's as well.
  [[nodiscard]] bool obey(int signal) const;
  void take_stops();
  void stop() const;

  Parts parts_;
};

}  // namespace nsplay::ops
