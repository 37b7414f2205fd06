#pragma once

// When things happened, on the wall clock.

#include <chrono>
#include <cstdint>

namespace nsplay::sys {

/// The wall-clock time of a moment given in clock ticks since boot, as field 22 of /proc/PID/stat
/// gives it. Both are read in the caller's time namespace.
std::chrono::system_clock::time_point time_of_boot_ticks(std::uint64_t ticks);

}  // namespace nsplay::sys
