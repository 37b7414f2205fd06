#include "nsplay/ops/time_offsets_file.h"

#include <cstdint>
#include <optional>
#include <ratio>
#include <vector>

#include "nsplay/base/text.h"
#include "nsplay/base/time_units.h"

namespace nsplay::ops {
namespace {

/// Empty: beyond what is taken for an offset.
std::optional<std::chrono::nanoseconds> offset_from(const std::vector<std::string_view>& words) {
  const auto seconds = parse_number<std::int64_t>(words.at(1));
  const auto rest = parse_number<std::int64_t>(words.at(2));
  const bool is_valid = seconds && rest && *seconds >= -longest_time && *seconds <= longest_time &&
                        *rest >= 0 && *rest < std::nano::den;
  if (!is_valid) {
    return std::nullopt;
  }
  return std::chrono::seconds(*seconds) + std::chrono::nanoseconds(*rest);
}

}  // namespace

Result<TimeOffsets> parse_time_offsets(std::string_view text) {
  TimeOffsets offsets;
  for (const std::string_view line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.empty()) {
      continue;
    }
    const auto offset = words.size() == 3 ? offset_from(words) : std::nullopt;
    if (!offset) {
      return fail(Error::of(0, "malformed clock offset", quote(line)));
    }
    if (words.front() == "monotonic") {
      offsets.monotonic = offset;
    } else if (words.front() == "boottime") {
      offsets.boottime = offset;
    }
  }
  return offsets;
}

}  // namespace nsplay::ops
