#include "nsplay/ops/time_offsets_file.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto offsets = nsplay::ops::parse_time_offsets(nsplay::fuzz::text_of(data, size));
  if (!offsets) {
    demand(nsplay::fuzz::is_printable(offsets.error().message()));
    return 0;
  }
  const auto again = nsplay::ops::parse_time_offsets(nsplay::ops::format_time_offsets(*offsets));
  demand(again && again->monotonic == offsets->monotonic && again->boottime == offsets->boottime);
  return 0;
}
