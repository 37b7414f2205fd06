#pragma once

// A child that only holds its namespaces.

#include "nsplay/ops/child_report.h"
#include "nsplay/ops/create_child.h"

namespace nsplay::ops {

/// Says that the child is ready. Whether it may go on: a detached one waits until somebody knows of
/// it.
bool tell_ready(ChildPlan& plan, const ChildReport& report);

/// Reports that it is ready and stays until SIGTERM or SIGINT, the end of its lifetime or of the
/// front process. Reaps what it inherits. The exit status.
int hold_namespaces(ChildPlan& plan);

}  // namespace nsplay::ops
