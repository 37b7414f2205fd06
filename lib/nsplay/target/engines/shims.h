#pragma once

// containerd's shims, each the parent of the containers of one pod, or of a single one: they name
// its namespace and id to everybody, and the socket of the containerd that they belong to.

#include <string>
#include <string_view>
#include <vector>

#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

/// The namespaces of containerd in which others keep their containers.
inline constexpr std::string_view docker_namespace = "moby";
inline constexpr std::string_view kubernetes_namespace = "k8s.io";

struct Shim {
  const Keeper* keeper = nullptr;
  std::string name_space;
  std::string id;
  std::string address;  ///< of containerd
};

/// One container that a shim keeps.
struct ShimContainer {
  const Shim* shim = nullptr;
  pid_t init = 0;
  std::string id;
};

/// The shim's own, and of a pod the others beside it, each by the id that its cgroup has.
std::vector<ShimContainer> containers_of(const Shim& shim);

/// The container as one that may be asked for by these.
Candidate shim_candidate(const ShimContainer& container,
                         std::vector<std::string> names,
                         std::vector<std::string> ids);

/// Those of root, as long as the machine is there.
std::vector<Shim> shims_of(const Machine& machine);

}  // namespace nsplay::target
