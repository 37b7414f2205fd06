#pragma once

// What a user types so that a holder of a namespace lets go of it.

#include <string>

#include "nsplay/ops/holders.h"

namespace nsplay::ops {

/// For a shell. Of a namespace it only asks on: what holds that one has to let go first. Empty:
/// there is none, as of a thread of the kernel, and of this process.
std::string release_command(const NamespaceHolder& holder);

}  // namespace nsplay::ops
