#pragma once

// What the path of a cgroup says of containers: each engine puts what it starts into a cgroup of
// its own and calls it by the container's id or name, cgroups(7). Anybody may make a cgroup with
// such a name where he may make one at all, so that it says something only together with what the
// engine itself says.

#include <string>
#include <string_view>
#include <vector>

namespace nsplay::target {

struct CgroupMark {
  std::string_view engine;  ///< whose way to call a cgroup it is; empty: nobody's
  std::string word;         ///< the id in it, or the name; of nobody's: all of the component
  std::string_view place;   ///< the path up to that cgroup, a part of what was asked about
};

/// One for each component, the innermost first. `path` is as in /proc/PID/cgroup.
std::vector<CgroupMark> marks_in(std::string_view path);

/// Whether it is an id as docker and podman give them. A name may be anything.
bool is_container_id(std::string_view word);

/// Whether the path is that place, or below it.
bool is_at_or_below(std::string_view path, std::string_view place);

}  // namespace nsplay::target
