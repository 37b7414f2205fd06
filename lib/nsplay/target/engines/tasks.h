#pragma once

// What containerd keeps of each container that runs, its task: a directory per namespace and id.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {

struct Task {
  std::string name_space;
  std::string id;
  pid_t pid = 0;  ///< 0: none is recorded
  std::optional<std::uint64_t> start_time;
  std::string source;
  Annotations annotations;  ///< of the container's OCI configuration
};

/// Of every containerd of root.
std::vector<Task> find_tasks(const Machine& machine, Findings& findings);

}  // namespace nsplay::target
