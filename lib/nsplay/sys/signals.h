#pragma once

// Signals read as data, signalfd(2): nothing runs in a handler, and none is lost between a fork and
// the moment somebody waits.

#include <csignal>
#include <initializer_list>
#include <optional>

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

  /// Blocks `signals` in this process and makes them readable here. SIGCHLD gets its default action
  /// back: a caller that ignores it would make every child vanish unseen.
  static Result<SignalInbox> open(std::initializer_list<int> signals);

  SignalInbox(SignalInbox&& other) noexcept = default;
  SignalInbox& operator=(SignalInbox&& other) noexcept = default;
  SignalInbox(const SignalInbox&) = delete;
  SignalInbox& operator=(const SignalInbox&) = delete;
  ~SignalInbox() = default;

  [[nodiscard]] const UniqueFd& fd() const noexcept { return fd_; }

  /// The next signal, if there is one.
  [[nodiscard]] std::optional<ReceivedSignal> next() const noexcept;

  /// Gives this process the mask back that it had before open(). For a child before its exec.
  void restore_mask() const noexcept;

 private:
  UniqueFd fd_;
  sigset_t original_{};
};

/// Blocks every signal that can be blocked.
void block_all_signals() noexcept;

/// Stops this process, as Ctrl-Z does; returns when somebody continues it.
void stop_self() noexcept;

}  // namespace nsplay::sys
