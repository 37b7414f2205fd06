#include <fmt/format.h>

#include "nsplay/base/duration.h"

#include "fuzz_target.h"

using nsplay::parse_duration;
using nsplay::fuzz::demand;

namespace {

void demand_same(const std::string& text, std::chrono::seconds duration) {
  const auto again = parse_duration(text);
  demand(again.has_value() && *again == duration);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto duration = parse_duration(nsplay::fuzz::text_of(data, size));
  if (!duration) {
    nsplay::fuzz::demand_usage_error(duration.error());
    return 0;
  }
  const std::int64_t seconds = duration->count();
  demand(seconds >= 1 && seconds <= 100LL * 366 * 86400);
  demand_same(fmt::format("{}", seconds), *duration);
  demand_same(
      fmt::format(
          "{}d{}h{}m{}s", seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60),
      *duration);
  return 0;
}
