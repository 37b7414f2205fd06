#pragma once

// What a step that failed in the child of `nsplay create` is called, by which rule, and what to do
// about it.

#include <string>

#include "nsplay/base/error.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/create_child.h"

namespace nsplay::ops {

/// What the step was applied to; empty: its call says all.
std::string subject_of_step(const ChildReport& report, const ChildPlan& plan);

Error set_up_error(const ChildReport& report, const ChildPlan& plan);

}  // namespace nsplay::ops
