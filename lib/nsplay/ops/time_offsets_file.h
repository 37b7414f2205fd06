#pragma once

// /proc/PID/timens_offsets, time_namespaces(7), as the kernel shows it.

#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/ops/time_offsets.h"

namespace nsplay::ops {

/// Every clock has its line there; clocks that are not known are skipped. Errors: anything else, or
/// more than a century.
Result<TimeOffsets> parse_time_offsets(std::string_view text);

}  // namespace nsplay::ops
