#pragma once

// Signals read as data, signalfd(2): nothing runs in a handler, and none is lost between a fork and
// the moment somebody waits.

#include <csignal>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

struct ReceivedSignal {
  int number = 0;
  /// Sent by the terminal, which sends it to the program as well.
  bool from_kernel = false;
};

class [[nodiscard]] SignalInbox {
 public:
  SignalInbox() = default;

  /// Blocks `signals` in this process and makes them readable here; blocks SIGPIPE and SIGXFSZ
  /// too, so that a closed pipe is an EPIPE and a full file an EFBIG. All stay so: restore_mask()
  /// is for the children. SIGCHLD gets its default action back: a caller that ignores it would make
  /// every child vanish unseen. Fails with the errno of signalfd(2), EMFILE for one.
  static Result<SignalInbox> open(std::initializer_list<int> signals);

  SignalInbox(SignalInbox&& other) noexcept = default;
  SignalInbox& operator=(SignalInbox&& other) noexcept = default;
  SignalInbox(const SignalInbox&) = delete;
  SignalInbox& operator=(const SignalInbox&) = delete;
  ~SignalInbox() = default;

  [[nodiscard]] const UniqueFd& fd() const noexcept { return fd_; }

  /// The next signal, if there is one that this process does not ignore, sigaction(2). A shell
  /// without job control lets its background jobs ignore SIGINT and SIGQUIT, which is meant for the
  /// terminal's: those that somebody sends on purpose are there nevertheless.
  [[nodiscard]] std::optional<ReceivedSignal> next() const noexcept;

  /// Gives this process the mask back that it had before open(). For a child before its exec.
  void restore_mask() const noexcept;

 private:
  UniqueFd fd_;
  sigset_t original_{};
};

/// Blocks every signal that can be blocked.
void block_all_signals() noexcept;

/// "TERM", "SIGTERM" in any case, or a number; empty: there is no such signal.
std::optional<int> signal_named(std::string_view name);

/// "SIGTERM"; "signal 64" for one without a name.
std::string name_of_signal(int signal);

/// Stops this process, as Ctrl-Z does; returns when somebody continues it.
void stop_self() noexcept;

}  // namespace nsplay::sys
