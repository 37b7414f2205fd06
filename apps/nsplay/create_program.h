#pragma once

// The options of create that say who the program is, what it may do, which environment and which
// cgroup it gets, and how it ends.

#include <vector>

#include "nsplay/ops/create.h"

#include "options.h"

namespace nsplay::app {

std::vector<Option> program_options();

/// Usage errors: a value that makes no sense; options that contradict each other.
Result<> add_program_options(const Arguments& arguments, ops::CreateRequest& request);

}  // namespace nsplay::app
