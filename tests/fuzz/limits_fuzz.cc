#include "nsplay/procfs/limits.h"

#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const auto limits = nsplay::procfs::parse_limits(text);
  if (limits) {
    for (const nsplay::procfs::LimitLine& limit : *limits) {
      nsplay::fuzz::demand(!limit.name.ends_with(' '));
      nsplay::fuzz::demand(text.find(limit.name) != std::string_view::npos);
    }
  }
  return 0;
}
