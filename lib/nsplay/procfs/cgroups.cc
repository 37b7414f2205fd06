#include "nsplay/procfs/cgroups.h"

#include "nsplay/base/text.h"

namespace nsplay::procfs {

Result<std::vector<CgroupMembership>> parse_cgroups(std::string_view text) {
  std::vector<CgroupMembership> memberships;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) {
      continue;
    }
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || second + 1 == line.size() || line[second + 1] != '/') {
      return fail(Error::of(0, "malformed list of cgroups", ""));
    }
    memberships.push_back({std::string(line.substr(first + 1, second - first - 1)),
                           std::string(line.substr(second + 1))});
  }
  return memberships;
}

}  // namespace nsplay::procfs
