#pragma once

// What cri-o keeps of its containers, in the directories that it shares with podman.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {

struct CrioContainer {
  std::string id;
  pid_t pid = 0;  ///< 0: none is recorded
  std::optional<std::uint64_t> start_time;
  std::string source;
  Annotations annotations;  ///< of the container's OCI configuration
};

std::vector<CrioContainer> find_crio_containers(const Machine& machine, Findings& findings);

}  // namespace nsplay::target
