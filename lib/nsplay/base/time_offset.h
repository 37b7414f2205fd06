#pragma once

// How far a clock is to be moved, as people write it on a command line.

#include <chrono>
#include <string_view>

#include "nsplay/base/result.h"

namespace nsplay {

/// Reads "3d", "-1.5h", "90s", "1h30m", "-5" (seconds): a sign, then numbers with units d h m s as
/// parse_duration() has them, of which the last may have a fraction of up to nine digits. Zero is
/// an offset too. Usage error: anything else, more than a century either way.
Result<std::chrono::nanoseconds> parse_time_offset(std::string_view text);

}  // namespace nsplay
