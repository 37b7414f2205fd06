#include "nsplay/sys/clock.h"

#include <unistd.h>

#include <ctime>

namespace nsplay::sys {

std::chrono::system_clock::time_point time_of_boot_ticks(std::uint64_t ticks) {
  timespec since_boot = {};
  ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const auto now = std::chrono::system_clock::now();
  const auto uptime =
      std::chrono::seconds(since_boot.tv_sec) + std::chrono::nanoseconds(since_boot.tv_nsec);
  const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto age = std::chrono::milliseconds(ticks * 1000 / per_second);
  return now - std::chrono::duration_cast<std::chrono::system_clock::duration>(uptime) + age;
}

}  // namespace nsplay::sys
