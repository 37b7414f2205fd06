#pragma once

// How far the clocks of a new time namespace are from those of its maker, time_namespaces(7).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nsplay::ops {

struct TimeOffsets {
  std::optional<std::chrono::nanoseconds> monotonic;
  std::optional<std::chrono::nanoseconds> boottime;
};

bool is_empty(const TimeOffsets& offsets) noexcept;

/// What is to be written to /proc/PID/timens_offsets: a line for each clock that moves.
std::string format_time_offsets(const TimeOffsets& offsets);

/// Why the kernel refused such a write; empty when it is not known.
std::string time_offsets_hint(int errnum);

}  // namespace nsplay::ops
