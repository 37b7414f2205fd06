#include "nsplay/target/engines/conmons.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace nsplay::target {
namespace {

bool keeps_a_container(const Keeper& keeper) {
  return keeper.program == "conmon" &&
         !has_option(keeper.line, {"-e", "--exec", "--exec-attach", "--exec-process-spec"}) &&
         !value_of(keeper.line, {"-c", "--cid"}).empty();
}

/// ROOT of "ROOT/DRIVER-containers/ID/userdata", and what may follow; else empty.
std::string root_of(std::string_view path) {
  constexpr std::string_view driver_end = "-containers/";
  const auto end = path.find(driver_end);
  const auto slash = path.substr(0, end).rfind('/');
  const bool is_one = path.starts_with('/') && end != std::string_view::npos && slash != 0;
  return is_one ? std::string(path.substr(0, slash)) : std::string();
}

}  // namespace

std::vector<Conmon> conmons_of(const Machine& machine) {
  std::vector<Conmon> conmons;
  for (const Keeper& keeper : machine.keepers) {
    if (!keeps_a_container(keeper)) {
      continue;
    }
    const bool is_of_crio =
        value_of(keeper.line, {"--exit-dir"}).find("/crio") != std::string::npos;
    conmons.push_back({&keeper,
                       is_of_crio ? ConmonUser::crio : ConmonUser::podman,
                       value_of(keeper.line, {"-c", "--cid"}),
                       value_of(keeper.line, {"-n", "--name"})});
  }
  return conmons;
}

std::vector<Store> stores_of_conmons(const Machine& machine) {
  std::vector<Store> stores;
  for (const Conmon& conmon : conmons_of(machine)) {
    const Keeper& keeper = *conmon.keeper;
    Store store{root_of(value_of(keeper.line, {"-b", "--bundle"})),
                root_of(value_of(keeper.line, {"-p", "--container-pidfile"}))};
    const bool is_ours = keeper.uid == 0 || keeper.uid == machine.uid;
    if (is_ours && !store.graph_root.empty() && !store.run_root.empty() &&
        std::find(stores.begin(), stores.end(), store) == stores.end()) {
      stores.push_back(std::move(store));
    }
  }
  return stores;
}

}  // namespace nsplay::target
