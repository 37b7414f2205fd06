#pragma once

// conmon(8), the parent of each container of podman and of cri-o: it names the container's id and
// name to everybody, and the directories in which the engine keeps what it knows of it.

#include <string>
#include <vector>

#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

enum class ConmonUser { podman, crio };

struct Conmon {
  const Keeper* keeper = nullptr;
  ConmonUser user = ConmonUser::podman;
  std::string id;
  std::string name;
};

/// Those of containers, as long as the machine is there; that of a program which podman-exec(1)
/// runs in one is none of these.
std::vector<Conmon> conmons_of(const Machine& machine);

/// Of containers-storage.conf(5): what outlasts a boot, and what does not.
struct Store {
  std::string graph_root;
  std::string run_root;
  friend bool operator==(const Store&, const Store&) = default;
};

/// Those of root and of the caller that conmons name.
std::vector<Store> stores_of_conmons(const Machine& machine);

}  // namespace nsplay::target
