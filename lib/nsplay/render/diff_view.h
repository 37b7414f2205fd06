#pragma once

// nsplay diff as text and as JSON.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/error.h"
#include "nsplay/ops/diff.h"

namespace nsplay::render {

/// A line for each difference, of lists what only one of the two has; nothing when there is none.
/// Lines are cut to `width`.
std::string diff_text(const ops::DiffReport& report, std::optional<std::size_t> width);

/// What could not be read, each reason once, and behind them what would cure it.
std::vector<std::string> diff_notes(const ops::DiffReport& report);

/// "nsplay.diff/1".
std::string diff_json(const ops::DiffReport& report);
std::string diff_failure_json(const ops::DiffRequest& request, const Error& error);

}  // namespace nsplay::render
