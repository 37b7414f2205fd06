#include "nsplay/ops/id_map_rules.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include <fmt/format.h>

#include "nsplay/base/try.h"

namespace nsplay::ops {
namespace {

using procfs::IdMap;
using procfs::IdRange;

/// The kernel reads the text in one write of less than a page.
constexpr std::size_t most_bytes = 4095;

std::uint64_t last_outside(const IdRange& range) {
  return std::uint64_t{range.outside} + range.count - 1;
}

/// Both ends in one line of the parent's map: a range over two of them is refused by the kernel.
bool is_mapped(const IdRange& range, const IdMap& parent) {
  return std::any_of(parent.begin(), parent.end(), [&](const IdRange& line) {
    return range.outside >= line.inside &&
           last_outside(range) < std::uint64_t{line.inside} + line.count;
  });
}

Error broken(const MapCircumstances& here,
             std::size_t index,
             const IdRange& range,
             const std::string& rule) {
  return Error::of(EPERM,
                   fmt::format("{} line {}, '{} {} {}': {}",
                               here.file,
                               index + 1,
                               range.inside,
                               range.outside,
                               range.count,
                               rule),
                   "");
}

Result<> check_size(const IdMap& map, const MapCircumstances& here) {
  if (map.size() > procfs::most_id_ranges) {
    return fail(Error::usage(fmt::format("{} has {} lines: the kernel takes at most {}",
                                         here.file,
                                         map.size(),
                                         procfs::most_id_ranges),
                             "map fewer ranges (user_namespaces(7))"));
  }
  const std::size_t bytes = procfs::format_id_map(map).size();
  if (bytes > most_bytes) {
    return fail(Error::usage(
        fmt::format("{} has {} bytes: the kernel takes at most {}", here.file, bytes, most_bytes),
        "map fewer ranges (user_namespaces(7))"));
  }
  return {};
}

}  // namespace

bool is_only_own_id(const IdMap& map, std::uint32_t own_id) {
  return map.size() == 1 && map.front().count == 1 && map.front().outside == own_id;
}

Result<MapAuthor> author_of(const IdMap& map, const MapCircumstances& here) {
  TRY(check_size(map, here));
  const bool is_own = is_only_own_id(map, here.own_id) && here.setgroups_denied;
  const MapAuthor author =
      here.may_set_ids || is_own || map.empty() ? MapAuthor::caller : MapAuthor::program;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const IdRange& range = map[i];
    if (!is_mapped(range, here.parent)) {
      return fail(
          broken(here, i, range, "not all of these ids are mapped in your own user namespace")
              .with_hint("a range has to lie within one line of /proc/self/" +
                         std::string(here.file)));
    }
    if (author == MapAuthor::caller && range.outside == 0 && !here.may_map_zero) {
      return fail(
          broken(here, i, range, "it maps id 0 of your own user namespace")
              .with_hint(
                  "since Linux 5.12 this takes CAP_SETFCAP there "
                  "(user_namespaces(7)): get it, map other ids, or run as an ordinary user"));
    }
  }
  return author;
}

}  // namespace nsplay::ops
