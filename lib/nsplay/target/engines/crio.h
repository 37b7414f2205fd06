#pragma once

// What cri-o keeps of its containers, in the directories that it shares with podman.

#include <vector>

#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/oci_container.h"

namespace nsplay::target {

std::vector<OciContainer> find_crio_containers(const Machine& machine, Findings& findings);

}  // namespace nsplay::target
