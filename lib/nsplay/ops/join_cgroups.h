#pragma once

// The cgroups of a target, found and opened by the caller: after the crossing neither their paths
// nor his permissions would be the same.

#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/cgroup.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {

/// Those that the caller is not in already, one of each hierarchy. Errors: EACCES not allowed to
/// put processes there; errno 0, the hierarchy is not mounted here, the cgroup lies outside of the
/// caller's cgroup namespace, or it is frozen, so that whatever enters it stands still.
Result<std::vector<OpenCgroup>> open_cgroups_of(const procfs::PinnedProcess& process);

}  // namespace nsplay::ops
