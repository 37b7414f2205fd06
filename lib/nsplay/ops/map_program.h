#pragma once

// newuidmap(1) and newgidmap(1): set-uid programs of the package uidmap, which write a map of an
// ordinary user that has his subordinate ids.

#include <sys/types.h>

#include "nsplay/base/result.h"
#include "nsplay/ops/narration.h"
#include "nsplay/ops/subordinate_ids.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {

/// Errors: what the program says; it is not installed; interrupted.
Result<> run_map_program(pid_t process,
                         const procfs::IdMap& map,
                         IdKind kind,
                         const sys::SignalInbox& inbox,
                         const Narrator& narrator);

}  // namespace nsplay::ops
