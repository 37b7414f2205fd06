#pragma once

// The cgroups of a target, found and opened by the caller: after the crossing neither their paths
// nor his permissions would be the same.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

struct TargetCgroup {
  std::string hierarchy;    ///< as a user knows it: "cgroup2", "memory", "name=systemd"
  std::string path;         ///< below the root of the caller's cgroup namespace
  bool is_unified = false;  ///< of cgroup v2
  sys::UniqueFd directory;
  sys::UniqueFd members;  ///< its cgroup.procs, for writing
};

/// Those that the caller is not in already, one of each hierarchy. Errors: EACCES not allowed to
/// put processes there; errno 0, the hierarchy is not mounted here, the cgroup lies outside of the
/// caller's cgroup namespace, or it is frozen, so that whatever enters it stands still.
Result<std::vector<TargetCgroup>> open_cgroups_of(const procfs::PinnedProcess& process);

/// What enters a frozen cgroup stands still. Errors: errno 0, one of them is frozen.
Result<> check_not_frozen(const std::vector<TargetCgroup>& cgroups);

}  // namespace nsplay::ops
