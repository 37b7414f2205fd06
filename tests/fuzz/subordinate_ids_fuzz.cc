#include <algorithm>

#include "nsplay/base/text.h"
#include "nsplay/ops/id_claims.h"
#include "nsplay/ops/subordinate_ids.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;
using nsplay::ops::IdSpan;

namespace {

std::uint64_t ids_in(const nsplay::procfs::IdMap& map) {
  std::uint64_t sum = 0;
  for (const auto& range : map) {
    sum += range.count;
  }
  return sum;
}

/// Beside one id that is claimed already.
void demand_that_none_is_lost(const std::vector<IdSpan>& spans) {
  std::vector<nsplay::ops::IdClaim> claims{{"self", {7, 4294967294, 1}}};
  std::uint64_t wanted = 1;
  for (const IdSpan& span : spans) {
    demand(span.count > 0 && std::uint64_t{span.start} + span.count <= 0xffffffff);
    claims.push_back({"auto", {0, span.start, span.count}, nsplay::ops::Placement::free});
    wanted += span.count;
  }
  const auto map = lay_out(std::move(claims), "uid");
  if (map) {
    demand(ids_in(*map) == wanted);
    const auto last =
        std::adjacent_find(map->begin(), map->end(), [](const auto& left, const auto& right) {
          return std::uint64_t{left.inside} + left.count > right.inside;
        });
    demand(last == map->end());
  } else {
    nsplay::fuzz::demand_usage_error(map.error());
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = nsplay::fuzz::text_of(data, size);
  const auto name = text.substr(0, text.find(':'));
  demand_that_none_is_lost(nsplay::ops::parse_subordinate_ids(text, name, 1000));
  demand_that_none_is_lost(nsplay::ops::parse_getsubids(text));
  static_cast<void>(nsplay::ops::asks_elsewhere(text));
  return 0;
}
