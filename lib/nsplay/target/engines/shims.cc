#include "nsplay/target/engines/shims.h"

#include <utility>

namespace nsplay::target {

std::vector<ShimContainer> containers_of(const Shim& shim) {
  std::vector<ShimContainer> containers;
  for (const KeptInit& init : shim.keeper->inits) {
    const bool is_only_one = shim.keeper->inits.size() == 1;
    if (!init.id.empty() || is_only_one) {
      containers.push_back({&shim, init.pid, init.id.empty() ? shim.id : init.id});
    }
  }
  return containers;
}

Candidate shim_candidate(const ShimContainer& container,
                         std::vector<std::string> names,
                         std::vector<std::string> ids) {
  Candidate candidate = kept_candidate(*container.shim->keeper, std::move(names), std::move(ids));
  candidate.pid = container.init;
  return candidate;
}

std::vector<Shim> shims_of(const Machine& machine) {
  std::vector<Shim> shims;
  for (const Keeper& keeper : machine.keepers) {
    if (!keeper.program.starts_with("containerd-shim") || keeper.uid != 0) {
      continue;
    }
    Shim shim;
    shim.keeper = &keeper;
    shim.name_space = value_of(keeper.line, {"-namespace", "--namespace"});
    shim.id = value_of(keeper.line, {"-id", "--id"});
    shim.address = value_of(keeper.line, {"-address", "--address"});
    if (!shim.name_space.empty() && !shim.id.empty()) {
      shims.push_back(std::move(shim));
    }
  }
  return shims;
}

}  // namespace nsplay::target
