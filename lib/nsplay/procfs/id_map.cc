#include "nsplay/procfs/id_map.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay::procfs {
namespace {

constexpr std::uint32_t no_id = 0xffffffff;

/// 2^32 - 1 means "no id": nothing reaches up to it, and as the outside of a range it says that the
/// reader's user namespace has no name for those ids.
bool is_sound(const IdRange& range) {
  const bool outside_is_sound =
      range.outside == no_id || std::uint64_t{range.outside} + range.count <= no_id;
  return range.count > 0 && std::uint64_t{range.inside} + range.count <= no_id && outside_is_sound;
}

std::optional<IdRange> parse_range(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() != 3) {
    return std::nullopt;
  }
  const auto inside = parse_number<std::uint32_t>(words[0]);
  const auto outside = parse_number<std::uint32_t>(words[1]);
  const auto count = parse_number<std::uint32_t>(words[2]);
  if (!inside || !outside || !count || !is_sound({*inside, *outside, *count})) {
    return std::nullopt;
  }
  return IdRange{*inside, *outside, *count};
}

}  // namespace

Result<IdMap> parse_id_map(std::string_view text) {
  IdMap map;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) {
      continue;
    }
    const auto range = parse_range(line);
    if (!range || map.size() == most_id_ranges) {
      return fail(Error::of(0, "malformed id map", ""));
    }
    map.push_back(*range);
  }
  return map;
}

std::string format_id_map(const IdMap& map) {
  std::string text;
  for (const IdRange& range : map) {
    fmt::format_to(
        std::back_inserter(text), "{} {} {}\n", range.inside, range.outside, range.count);
  }
  return text;
}

bool maps_inside(const IdMap& map, std::uint32_t inside) {
  return std::any_of(map.begin(), map.end(), [&](const IdRange& range) {
    return inside >= range.inside && inside - range.inside < range.count;
  });
}

std::optional<std::uint32_t> inside_of(const IdMap& map, std::uint32_t outside) {
  for (const IdRange& range : map) {
    if (range.outside != no_id && outside >= range.outside &&
        outside - range.outside < range.count) {
      return range.inside + (outside - range.outside);
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> outside_of(const IdMap& map, std::uint32_t inside) {
  for (const IdRange& range : map) {
    if (range.outside != no_id && inside >= range.inside && inside - range.inside < range.count) {
      return range.outside + (inside - range.inside);
    }
  }
  return std::nullopt;
}

}  // namespace nsplay::procfs
