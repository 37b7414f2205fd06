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
  // Before a time namespace's boot the kernel counts down from 2^64 nanoseconds; that wraps back.
  const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto since_start = static_cast<std::int64_t>(ticks * (std::nano::den / per_second));
  return now + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                   std::chrono::nanoseconds(since_start) - uptime);
}

}  // namespace nsplay::sys
