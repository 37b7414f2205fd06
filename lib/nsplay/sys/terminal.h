#pragma once

// Terminals, ioctl_tty(2) and termios(3), and pseudoterminals, pty(7).

#include <sys/types.h>

#include <cstddef>
#include <optional>

#include <termios.h>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// isatty(3).
bool is_terminal(int fd) noexcept;

/// Whether another process group than ours has the terminal, tcgetpgrp(3). Never for a terminal
/// that is not the controlling one: there is no job control on it.
bool is_background_on(int terminal) noexcept;

/// How a terminal treats what is typed and what is written.
class TerminalSettings {
 public:
  /// Errors: ENOTTY.
  static Result<TerminalSettings> of(int terminal);

  /// The same terminal when every byte goes through as it is, cfmakeraw(3).
  [[nodiscard]] TerminalSettings raw() const noexcept;

  /// The character that ends the input at the beginning of a line, Ctrl-D.
  [[nodiscard]] char end_of_file() const noexcept {
    return static_cast<char>(settings_.c_cc[VEOF]);
  }

  /// Whether the other ones are the same in every respect.
  [[nodiscard]] bool are(const TerminalSettings& other) const noexcept;

  /// Once what was written before is out; nothing happens to what is no terminal any more.
  void apply_to(int terminal) const noexcept;

 private:
  termios settings_ = {};
};

/// Gives a terminal the rows and columns of the first standard stream that is one, if any. Its
/// foreground programs get SIGWINCH if that changes its size.
void copy_window_size_to(int terminal) noexcept;

/// How many columns the terminal has. Empty: it is none, or it does not say.
std::optional<std::size_t> columns_of(int terminal) noexcept;

struct Pty {
  UniqueFd master;  ///< reads what is written to the terminal, writes what is typed; O_NONBLOCK
  UniqueFd slave;   ///< the terminal
};

/// A new one of the caller's own /dev. Errors: those of open(2); ENOSPC kernel.pty.max is reached;
/// ENOTTY or EINVAL before Linux 4.13.
Result<Pty> open_pty();

/// The same in /dev/pts or /dev below a directory that is taken for the root of all of its path, so
/// that the terminal has a name there. Errors: those of openat2(2), ENOSYS before Linux 5.6; errno
/// 0, what is there is no pty multiplexer.
Result<Pty> open_pty_in(const UniqueFd& root);

/// Makes the calling process lead a new session that has this terminal. The errno, 0 for success.
[[nodiscard]] int take_terminal(const UniqueFd& terminal) noexcept;

/// Makes a user the owner of the terminal, so that he can open it by its name too; what is not
/// allowed is left as it is.
void give_to(const UniqueFd& terminal, std::optional<uid_t> owner) noexcept;

/// The terminal for writing that does not wait, as a file of its own: O_NONBLOCK concerns all who
/// share one. Errors: EACCES it belongs to another user.
Result<UniqueFd> open_for_output(int terminal);

}  // namespace nsplay::sys
