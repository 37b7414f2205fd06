#pragma once

// What containerd keeps of each container that runs, its task: a directory per namespace and id.

#include <vector>

#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/oci_container.h"

namespace nsplay::target {

/// Of every containerd of root.
std::vector<OciContainer> find_tasks(const Machine& machine, Findings& findings);

}  // namespace nsplay::target
