#pragma once

// The loop of an init, in system calls of its own: it is part of a program without any library, and
// of nsplay where that program cannot be executed.

namespace nsplay::sys {

/// What the init of a pid namespace has to know. Descriptors; -1: there is none.
struct InitDuty {
  int program = 0;     ///< the pid of its child, whose end is its own
  int signals = -1;    ///< a signalfd that does not block: what it passes on, and SIGCHLD
  int lifeline = -1;   ///< can be read when the front process is gone
  int stops = -1;      ///< a pipe, which gets a byte whenever the program is stopped
  int end_signal = 0;  ///< what the program gets then; SIGKILL: the init ends, and with it all
};

/// Stays until the program has ended, whose exit status it returns, or 128 plus the signal. Passes
/// signals on that somebody sent: the program has the terminal's itself. Reaps what it inherits;
/// whatever is left in the end the kernel kills (pid_namespaces(7)). Negative: it has no child.
int serve_as_init(InitDuty duty) noexcept;

}  // namespace nsplay::sys
