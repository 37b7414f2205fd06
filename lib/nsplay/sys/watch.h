#pragma once

// The end of a process that stays behind only to end another one, in system calls of its own: it
// may be in the memory of the process whose end it waits for (start_child_in_same_memory()).

#include <sys/types.h>

namespace nsplay::sys {

/// Descriptors; -1: there is none.
struct Watch {
  pid_t program = 0;   ///< a child of the caller's parent
  int pidfd = -1;      ///< of the program
  int lifeline = -1;   ///< can be read when the front process is gone
  int end_signal = 0;  ///< to the program, when there is no front process any more
};

/// Opens the pidfd, which nobody closes: the calling process is about to end.
Watch watch_over(pid_t program, int lifeline, int end_signal) noexcept;

/// Waits until the program has ended or the front process is gone.
void await_end(const Watch& watch) noexcept;

/// Sends the program the signal, if it has not ended.
void end_watched(const Watch& watch) noexcept;

void close_by_bare_call(int descriptor) noexcept;

}  // namespace nsplay::sys
