#pragma once

// The init of a new pid namespace that runs a program.

#include "nsplay/ops/create_child.h"
#include "nsplay/ops/launch.h"

namespace nsplay::ops {

/// Starts the program, tells the front process, and becomes its init: sys::InitProgram where the
/// kernel executes that, else this process as it is. In the memory of the front process the exec is
/// what tells. Returns the exit status; 125 after a report of what failed.
int run_as_init(ChildPlan& plan, const ProgramStart& start);

}  // namespace nsplay::ops
