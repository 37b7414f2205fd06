#pragma once

// What went wrong in a join, in words: which call, on what, by which rule, and the cure.

#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/crossing.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_cgroups.h"
#include "nsplay/ops/join_plan.h"

namespace nsplay::ops {

/// Of the crossing's step.
Error crossing_error(const ChildReport& report, const JoinPlan& plan, const CrossingStep& step);

/// Of any other step.
Error worker_error(const ChildReport& report, const JoinPlan& plan, const JoinRequest& request);

/// The whole of it: of any of these, or of what comes before, with what was being done.
Error join_error(Error error, const JoinRequest& request);

}  // namespace nsplay::ops
