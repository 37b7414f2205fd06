#include "nsplay/sys/watch.h"

#include <poll.h>
#include <sys/syscall.h>

#include <cerrno>
#include <ctime>

#include "nsplay/sys/bare_call.h"
#include "nsplay/sys/bare_poll.h"

namespace nsplay::sys {
namespace {

bool ends_by_pidfd(const Watch& watch) noexcept {
  if (watch.pidfd < 0) {
    return false;
  }
  if (bare_call(SYS_pidfd_send_signal, watch.pidfd, watch.end_signal, 0) == 0) {
    return true;
  }
  pollfd ended = {watch.pidfd, POLLIN, 0};
  timespec at_once = {};
  return bare_poll(&ended, 1, &at_once) > 0;
}

}  // namespace

Watch watch_over(pid_t program, int lifeline, int end_signal) noexcept {
  const long pidfd = bare_call(SYS_pidfd_open, program, 0, 0);
  return {program, pidfd < 0 ? -1 : static_cast<int>(pidfd), lifeline, end_signal};
}

void await_end(const Watch& watch) noexcept {
  pollfd news[] = {{watch.lifeline, POLLIN, 0}, {watch.pidfd, POLLIN, 0}};
  while (bare_poll(news, 2, nullptr) == -EINTR) {
  }
}

void end_watched(const Watch& watch) noexcept {
  // By number only while the pidfd shows that it is still the program's.
  if (!ends_by_pidfd(watch)) {
    bare_call(SYS_kill, watch.program, watch.end_signal, 0);
  }
}

void close_by_bare_call(int descriptor) noexcept {
  bare_call(SYS_close, descriptor, 0, 0);
}

}  // namespace nsplay::sys
