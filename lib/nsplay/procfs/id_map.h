#pragma once

// /proc/PID/uid_map and gid_map, user_namespaces(7).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::procfs {

/// `count` ids from `inside` on are those from `outside` on in the reader's (or parent) namespace.
struct IdRange {
  std::uint32_t inside = 0;
  std::uint32_t outside = 0;
  std::uint32_t count = 0;
  friend bool operator==(const IdRange&, const IdRange&) = default;
};

/// The kernel accepts at most 340 lines, Linux 4.15.
constexpr std::size_t most_id_ranges = 340;

/// Bytes, more than so many lines of three numbers and blanks take.
constexpr std::size_t id_map_limit = 64UL * 1024;

using IdMap = std::vector<IdRange>;

/// What /proc/PID/uid_map holds. Errors: a line that is not three numbers, too many lines.
Result<IdMap> parse_id_map(std::string_view text);

/// In the form the kernel reads.
std::string format_id_map(const IdMap& map);

/// Whether the map has this id of the inside.
bool maps_inside(const IdMap& map, std::uint32_t inside);

/// The id inside for one outside; empty when it is not mapped.
std::optional<std::uint32_t> inside_of(const IdMap& map, std::uint32_t outside);

/// The id outside for one inside; empty when it is not mapped.
std::optional<std::uint32_t> outside_of(const IdMap& map, std::uint32_t inside);

}  // namespace nsplay::procfs
