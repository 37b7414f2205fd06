#pragma once

// The options of create and join that say what a program may do: --keep-caps, --drop-caps and
// --no-new-privs.

#include "nsplay/ops/launch.h"

#include "options.h"

namespace nsplay::app {

/// Usage error: there is no such capability.
Result<ops::Privileges> privileges_from(const Arguments& arguments);

}  // namespace nsplay::app
