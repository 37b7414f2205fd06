#pragma once

// /proc/PID/limits, proc(5). Any user may read it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::procfs {

/// No number: unlimited.
struct LimitLine {
  std::string name;  ///< "Max open files"
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;
};

/// Bytes; the file has a line for each of 16 limits.
constexpr std::size_t limits_limit = 64UL * 1024;

/// Errors: a line without its two values.
Result<std::vector<LimitLine>> parse_limits(std::string_view text);

}  // namespace nsplay::procfs
