#include "nsplay/ops/cgroup_tree.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

/// A descriptor is held for each level. The kernel allows any depth, unless cgroup.max.descendants
/// or cgroup.max.depth says otherwise.
constexpr int most_levels = 64;
constexpr std::size_t most_cgroups = 4096;

constexpr std::size_t events_limit = 4096;
constexpr std::string_view called = "cgroup";

/// cgroup.events tells of this cgroup and of all below it, cgroups(7).
Result<bool> has_processes(const sys::UniqueFd& cgroup) {
  const sys::UniqueFd events = TRY(sys::open_at(cgroup, "cgroup.events", O_RDONLY, called));
  const std::string text = TRY(sys::read_all(events, events_limit, called));
  const auto lines = split(text, '\n');
  return std::find(lines.begin(), lines.end(), "populated 0") == lines.end();
}

/// How many may still be looked at is what comes in and goes out.
std::size_t remove_below(const sys::UniqueFd& cgroup, int levels, std::size_t cgroups) {
  const auto names = sys::names_in(cgroup, called);
  if (!names || levels == 0) {
    return cgroups;
  }
  for (const std::string& name : *names) {
    // What is no directory is one of the cgroup's own files.
    const auto child = sys::open_directory_inside(cgroup, name.c_str(), called);
    if (child && cgroups > 0) {
      cgroups = remove_below(*child, levels - 1, cgroups - 1);
      static_cast<void>(sys::remove_directory_at(cgroup, name.c_str(), called));
    }
  }
  return cgroups;
}

}  // namespace

void remove_empty_cgroups_below(const sys::UniqueFd& cgroup) {
  if (!has_processes(cgroup).value_or(true)) {
    remove_below(cgroup, most_levels, most_cgroups);
  }
}

}  // namespace nsplay::ops
