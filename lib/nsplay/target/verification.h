#pragma once

// Whether a process is the container's init that an engine's file or keeper says it is. Files are
// left behind and pids are given out again, and anybody may run what looks like a keeper.

#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

/// The process, if it is what the candidate says: alive, not a later one with the same pid, not
/// another container's, and a container's init. Empty: it is not. Errors: those of looking at it.
Result<std::optional<procfs::PinnedProcess>> verify(const Candidate& candidate);

}  // namespace nsplay::target
