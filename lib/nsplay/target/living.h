#pragma once

// Every container and play of the machine that runs, as far as the caller may know of it.

#include <span>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/container.h"
#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

struct LivingContainer {
  Container container;
  procfs::PinnedProcess init;
};

struct LivingContainers {
  std::vector<LivingContainer> containers;  ///< plays first, then by engine
  std::vector<std::string> unreadable;      ///< places of engines that are kept from the caller
  std::vector<Error> broken;  ///< files that are not what they should be, and failures to verify
};

/// The caller's plays. A register that cannot be read is said to be so.
LivingContainers living_plays();

/// The containers of these engines, each once, of the first engine that knows it.
LivingContainers living_containers(const Machine& machine, std::span<const Engine> engines);

/// The same of every engine of this machine, after the plays. Errors: those of reading /proc.
Result<LivingContainers> find_living_containers();

}  // namespace nsplay::target
