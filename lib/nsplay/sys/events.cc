#include "nsplay/sys/events.h"

#include <poll.h>
#include <sys/timerfd.h>

#include <array>
#include <cerrno>

#include "nsplay/sys/retry.h"

namespace nsplay::sys {

bool wait_readable(std::initializer_list<int> descriptors,
                   std::optional<std::chrono::milliseconds> timeout) noexcept {
  std::array<pollfd, 8> set = {};
  nfds_t count = 0;
  for (const int descriptor : descriptors) {
    if (count < set.size()) {
      set[count++] = {descriptor, POLLIN, 0};
    }
  }
  const int milliseconds = timeout ? static_cast<int>(timeout->count()) : -1;
  return retry([&] { return ::poll(set.data(), count, milliseconds); }) > 0;
}

Result<UniqueFd> timer_after(std::chrono::seconds delay) {
  UniqueFd timer(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC));
  itimerspec once = {};
  once.it_value.tv_sec = delay.count();
  if (!timer || ::timerfd_settime(timer.get(), 0, &once, nullptr) != 0) {
    const int error = errno;
    return fail(Error::of(error, "timerfd", ""));
  }
  return timer;
}

bool is_readable(int descriptor) noexcept {
  return wait_readable({descriptor}, std::chrono::milliseconds(0));
}

}  // namespace nsplay::sys
