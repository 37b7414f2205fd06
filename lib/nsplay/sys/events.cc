#include "nsplay/sys/events.h"

#include <poll.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "nsplay/sys/retry.h"

namespace nsplay::sys {

namespace {

constexpr std::size_t most_descriptors = 8;

bool wait(std::span<pollfd> set, std::optional<std::chrono::milliseconds> timeout) noexcept {
  const int milliseconds = timeout ? static_cast<int>(timeout->count()) : -1;
  return retry([&] { return ::poll(set.data(), set.size(), milliseconds); }) > 0;
}

pollfd poll_entry(const Interest& interest) noexcept {
  const int events =
      (interest.wants_to_read ? POLLIN : 0) | (interest.wants_to_write ? POLLOUT : 0);
  // Without a wish poll(2) would still tell of the other end's close, again and again.
  return {events == 0 ? -1 : interest.descriptor, static_cast<short>(events), 0};
}

}  // namespace

bool wait_readable(std::initializer_list<int> descriptors,
                   std::optional<std::chrono::milliseconds> timeout) noexcept {
  std::array<pollfd, most_descriptors> set = {};
  std::size_t count = 0;
  for (const int descriptor : descriptors) {
    if (count < set.size()) {
      set[count++] = {descriptor, POLLIN, 0};
    }
  }
  return wait(std::span(set).first(count), timeout);
}

bool wait_for(std::span<Interest> interests,
              std::optional<std::chrono::milliseconds> timeout) noexcept {
  std::array<pollfd, most_descriptors> set = {};
  const auto used = interests.first(std::min(interests.size(), set.size()));
  std::transform(used.begin(), used.end(), set.begin(), poll_entry);
  const bool is_any = wait(std::span(set).first(used.size()), timeout);
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto came = static_cast<unsigned>(set[i].revents);
    const bool is_over = (came & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    used[i].may_read = used[i].wants_to_read && ((came & POLLIN) != 0 || is_over);
    used[i].may_write = used[i].wants_to_write && ((came & POLLOUT) != 0 || is_over);
  }
  return is_any;
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
