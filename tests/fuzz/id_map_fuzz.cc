#include "nsplay/procfs/id_map.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;
using nsplay::procfs::IdMap;
using nsplay::procfs::IdRange;

namespace {

constexpr std::uint32_t no_id = 0xffffffff;

void demand_that_its_ranges_are_mapped(const IdMap& map) {
  for (const IdRange& range : map) {
    demand(range.count > 0);
    demand(maps_inside(map, range.inside));
    demand(maps_inside(map, range.inside + range.count - 1));
    if (range.outside != no_id) {
      demand(inside_of(map, range.outside).has_value());
      demand(maps_inside(map, *inside_of(map, range.outside)));
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto map = nsplay::procfs::parse_id_map(nsplay::fuzz::text_of(data, size));
  if (!map) {
    return 0;
  }
  demand(map->size() <= nsplay::procfs::most_id_ranges);
  demand(!maps_inside(*map, no_id) && !inside_of(*map, no_id));
  demand_that_its_ranges_are_mapped(*map);
  const auto again = nsplay::procfs::parse_id_map(format_id_map(*map));
  demand(again.has_value() && *again == *map);
  return 0;
}
