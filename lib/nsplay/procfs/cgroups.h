#pragma once

// /proc/PID/cgroup, cgroups(7): in which cgroup of each hierarchy a process is.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::procfs {

/// A cgroup of one hierarchy.
struct CgroupMembership {
  std::string controllers;  ///< with commas, or "name=systemd"; empty: the hierarchy of cgroup v2
  std::string path;         ///< below the root of the reader's cgroup namespace; may begin with /..
  friend bool operator==(const CgroupMembership&, const CgroupMembership&) = default;
};

/// Bytes of the file at most: few hierarchies with one path each.
constexpr std::size_t cgroups_limit = 256UL * 1024;

/// A path may have colons. Errors: a line without its three fields.
Result<std::vector<CgroupMembership>> parse_cgroups(std::string_view text);

}  // namespace nsplay::procfs
