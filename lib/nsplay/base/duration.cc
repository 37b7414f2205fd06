#include "nsplay/base/duration.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/time_units.h"

namespace nsplay {
namespace {

/// The seconds that `text` means, 0 when it means nothing.
std::int64_t seconds_in(std::string_view text) {
  std::int64_t total = 0;
  const auto* next_unit = std::begin(time_units);
  while (!text.empty()) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number<std::int64_t>(text.substr(0, digits));
    // A number alone means seconds; after another unit it would be a guess.
    const char unwritten = next_unit == std::begin(time_units) ? 's' : '\0';
    const char letter = digits < text.size() ? text[digits] : unwritten;
    const auto* unit = std::find_if(
        next_unit, std::end(time_units), [&](const TimeUnit& row) { return row.letter == letter; });
    if (!number || *number > longest_time || unit == std::end(time_units)) {
      return 0;
    }
    total += *number * unit->seconds;
    next_unit = std::next(unit);
    text.remove_prefix(std::min(digits + 1, text.size()));
  }
  return total;
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  const std::int64_t total = seconds_in(text);
  if (total <= 0 || total > longest_time) {
    return fail(Error::usage(fmt::format("{} is not a duration", quote(text)),
                             "write it like 200s, 5m or 1h30m; at least 1s, at most 100 years"));
  }
  return std::chrono::seconds(total);
}

}  // namespace nsplay
