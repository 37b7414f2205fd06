#pragma once

// The options of create that say what is mounted in the new mnt namespace.

#include <vector>

#include "nsplay/ops/create_mounts.h"

#include "options.h"

namespace nsplay::app {

std::vector<Option> mount_options();

/// Usage error: a value that makes no sense.
Result<ops::MountsRequest> mounts_from(const Arguments& arguments);

}  // namespace nsplay::app
