#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/oci_container.h"
#include "nsplay/target/engines/runtimes.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {
namespace {

/// conmon of a program that was run in a container by podman-exec(1) is no container's.
bool keeps_a_podman_container(const Keeper& keeper) {
  return keeper.program == "conmon" && keeper.init != 0 && !has_argument(keeper, "-e") &&
         !has_argument(keeper, "--exec-attach") &&
         option_of(keeper, {"--exec-process-spec"}).empty() &&
         option_of(keeper, {"--exit-dir"}).find("/crio") == std::string::npos;
}

void add_kept_podman_containers(const Machine& machine, Findings& findings) {
  for (const Keeper& keeper : machine.keepers) {
    const std::string id = option_of(keeper, {"-c", "--cid"});
    if (!keeps_a_podman_container(keeper) || id.empty()) {
      continue;
    }
    findings.candidates.push_back(
        kept_candidate(keeper, {option_of(keeper, {"-n", "--name"})}, {id}));
  }
}

/// Of containers-storage.conf(5): what outlasts a boot, and what does not.
struct Store {
  std::string graph_root;
  std::string run_root;
};

std::vector<Store> stores_of(const Machine& machine) {
  std::vector<Store> stores = {{"/var/lib/containers/storage", "/run/containers/storage"}};
  if (machine.uid != 0) {
    stores.push_back({machine.data_directory + "/containers/storage",
                      machine.runtime_directory + "/containers"});
  }
  return stores;
}

/// One directory "DRIVER-containers" of a store, and where it is in the other root.
struct Containers {
  const Machine& machine;
  Findings& findings;
  const StateDirectory& kept;
  std::optional<StateDirectory> running;

  void add(const StoredContainer& stored, const char* file) const {
    Candidate candidate;
    candidate.names = stored.names;
    candidate.ids = {stored.id};
    candidate.source = kept.path_of(file);
    const auto container = running ? running->below(stored.id) : std::nullopt;
    const auto data = container ? container->below("userdata") : std::nullopt;
    if (const auto pid = data ? pid_in(*data, "pidfile") : std::nullopt) {
      candidate.pid = *pid;
      candidate.start_time = start_time_of(machine, stored.id, *pid, findings);
      candidate.source = data->path_of("pidfile");
    }
    findings.candidates.push_back(std::move(candidate));
  }

  void add_all(const char* file) const {
    const auto text = kept.read(file);
    auto containers = text ? parse_containers(*text) : std::vector<StoredContainer>();
    if (!containers) {
      kept.note_broken(file, std::move(containers).error());
      return;
    }
    for (const StoredContainer& stored : *containers) {
      if (!stored.pod) {
        add(stored, file);
      }
    }
  }
};

void add_store(const Machine& machine, const Store& store, Findings& findings) {
  const auto graph = StateDirectory::open(machine, store.graph_root, findings);
  const auto run = graph ? StateDirectory::open(machine, store.run_root, findings) : std::nullopt;
  for (const std::string& name : graph ? graph->names() : std::vector<std::string>()) {
    const auto kept = name.ends_with("-containers") ? graph->below(name) : std::nullopt;
    if (!kept) {
      continue;
    }
    const Containers containers{machine, findings, *kept, run ? run->below(name) : std::nullopt};
    containers.add_all("containers.json");
    containers.add_all("volatile-containers.json");
  }
}

}  // namespace

void find_podman(const Machine& machine, Findings& findings) {
  add_kept_podman_containers(machine, findings);
  for (const Store& store : stores_of(machine)) {
    add_store(machine, store, findings);
  }
}

}  // namespace nsplay::target
