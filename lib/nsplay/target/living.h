#pragma once

// Every container and play of the machine that runs, as far as the caller may know of it.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/container.h"

namespace nsplay::target {

struct LivingContainer {
  Container container;
  procfs::PinnedProcess init;
};

struct LivingContainers {
  std::vector<LivingContainer> containers;  ///< plays first, then by engine
  std::vector<std::string> unreadable;      ///< places of engines that are kept from the caller
  std::vector<Error> broken;                ///< files that are not what they should be
};

/// Each once, of the first engine that knows it. Errors: those of reading /proc.
Result<LivingContainers> find_living_containers();

}  // namespace nsplay::target
