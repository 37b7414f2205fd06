#pragma once

// A cgroup that a process is about to be put into, by the caller: after a crossing neither its path
// nor his permissions would be the same.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/mountinfo.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

struct OpenCgroup {
  std::string hierarchy;    ///< as a user knows it: "cgroup2", "memory", "name=systemd"
  std::string path;         ///< below the root of the caller's cgroup namespace
  bool is_unified = false;  ///< of cgroup v2
  sys::UniqueFd directory;
  sys::UniqueFd members;  ///< its cgroup.procs, for writing
};

/// For messages: "cgroup /web of cgroup2".
std::string shown(const OpenCgroup& cgroup);

/// Errors: those of reading /proc/self/mountinfo.
Result<std::vector<procfs::Mount>> own_mounts();

/// The cgroup.procs of a cgroup, for writing. Errors: those of open(2).
Result<sys::UniqueFd> open_members(const sys::UniqueFd& directory);

/// What enters a frozen cgroup stands still. Errors: errno 0, one of them is frozen.
Result<> check_not_frozen(std::span<const OpenCgroup> cgroups);

/// A process could not be put there: the rule, and the cure.
Error cgroup_error(int errnum, const OpenCgroup& cgroup, std::string_view call);

}  // namespace nsplay::ops
