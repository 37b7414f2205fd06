#pragma once

// Lengths of time as people write them on a command line.

#include <chrono>
#include <string_view>

#include "nsplay/base/result.h"

namespace nsplay {

/// Reads "200s", "5m", "1h30m", "2d", "90" (seconds): whole numbers with units d h m s, each unit
/// at most once and from the largest to the smallest. Usage error: anything else, zero, more than a
/// century.
Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace nsplay
