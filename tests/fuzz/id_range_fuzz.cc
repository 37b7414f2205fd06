#include <fmt/format.h>

#include "nsplay/ops/id_request.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = nsplay::fuzz::text_of(data, size);
  if (const auto range = nsplay::ops::parse_id_range(text)) {
    demand(nsplay::ops::parse_id_range(
               fmt::format("{}:{}:{}", range->inside, range->outside, range->count)) == range);
  }
  if (const auto owner = nsplay::ops::parse_owner(text)) {
    const auto again = nsplay::ops::parse_owner(fmt::format("{}:{}", owner->uid, owner->gid));
    demand(again && *again == *owner);
  } else {
    nsplay::fuzz::demand_usage_error(owner.error());
  }
  return 0;
}
