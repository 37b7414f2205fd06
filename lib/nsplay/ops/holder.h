#pragma once

// The loops of a child that stays: one that only holds its namespaces, and the init of a pid
// namespace that runs a program.

#include "nsplay/ops/child_report.h"
#include "nsplay/ops/create_child.h"

namespace nsplay::ops {

/// Reports that it is ready and stays until SIGTERM or SIGINT, the end of its lifetime or of the
/// front process. Reaps what it inherits. The exit status.
int hold_namespaces(ChildPlan& plan);

/// Reports that the program was started and stays until it has ended, whose status it returns.
/// Passes signals on to it, tells the front process when it is stopped, reaps what it inherits;
/// whatever is left then the kernel ends.
int serve_as_init(const ChildReport& started, ChildPlan& plan);

}  // namespace nsplay::ops
