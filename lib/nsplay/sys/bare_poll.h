#pragma once

// Waiting for descriptors without the C library, see bare_call.h.

#include <poll.h>
#include <sys/syscall.h>

#include <ctime>

#include "nsplay/sys/bare_call.h"

namespace nsplay::sys {

/// ppoll(2), for not every architecture has poll(2). A missing descriptor is never readable.
inline long bare_poll(pollfd* set, int count, timespec* timeout) noexcept {
  return bare_call(SYS_ppoll, reinterpret_cast<long>(set), count, reinterpret_cast<long>(timeout));
}

}  // namespace nsplay::sys
