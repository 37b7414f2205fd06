#include <cstdlib>

#include <fmt/format.h>

#include "nsplay/base/time_offset.h"

#include "fuzz_target.h"

using nsplay::parse_time_offset;
using nsplay::fuzz::demand;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto offset = parse_time_offset(nsplay::fuzz::text_of(data, size));
  if (!offset) {
    nsplay::fuzz::demand_usage_error(offset.error());
    return 0;
  }
  constexpr std::int64_t per_second = 1'000'000'000;
  const std::int64_t distance = std::abs(offset->count());
  demand(distance <= 100LL * 366 * 86400 * per_second);
  const auto again = parse_time_offset(fmt::format(
      "{}{}.{:09}s", offset->count() < 0 ? "-" : "", distance / per_second, distance % per_second));
  demand(again.has_value() && *again == *offset);
  return 0;
}
