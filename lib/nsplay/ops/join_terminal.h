#pragma once

// The terminal of its own that a joined program gets, so that nothing it does to that reaches the
// user's.

#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_plan.h"
#include "nsplay/ops/join_worker.h"

namespace nsplay::ops {

/// Whether the program gets one.
bool wants_terminal(const JoinRequest& request);

/// Of the program's /dev when mnt is joined and it has one, with a note when it has none; else of
/// the caller's. Empty: it gets none. Errors: no pty can be had.
Result<std::optional<ProgramTerminal>> open_program_terminal(const JoinRequest& request,
                                                             JoinPlan& plan);

}  // namespace nsplay::ops
