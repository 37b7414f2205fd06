#include "nsplay/target/engines/shims.h"

#include <utility>

namespace nsplay::target {

std::vector<Shim> shims_of(const Machine& machine) {
  std::vector<Shim> shims;
  for (const Keeper& keeper : machine.keepers) {
    if (!keeper.program.starts_with("containerd-shim") || keeper.uid != 0) {
      continue;
    }
    Shim shim;
    shim.keeper = &keeper;
    shim.name_space = option_of(keeper, {"-namespace", "--namespace"});
    shim.id = option_of(keeper, {"-id", "--id"});
    shim.address = option_of(keeper, {"-address", "--address"});
    if (!shim.name_space.empty() && !shim.id.empty()) {
      shims.push_back(std::move(shim));
    }
  }
  return shims;
}

}  // namespace nsplay::target
