#pragma once

// The units in which a user writes a time, from the longest on, and the longest time that is taken.

#include <cstdint>

namespace nsplay {

struct TimeUnit {
  char letter;
  std::int64_t seconds;
};

constexpr TimeUnit time_units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

/// 100 years.
constexpr std::int64_t longest_time = 100LL * 366 * 86400;

}  // namespace nsplay
