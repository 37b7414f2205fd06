#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/target/engines/conmons.h"
#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/oci_container.h"
#include "nsplay/target/engines/runtimes.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {
namespace {

void add_kept_podman_containers(const Machine& machine, Findings& findings) {
  for (const Conmon& conmon : conmons_of(machine)) {
    if (conmon.user == ConmonUser::podman && conmon.keeper->init != 0) {
      findings.candidates.push_back(kept_candidate(*conmon.keeper, {conmon.name}, {conmon.id}));
    }
  }
}

std::vector<Store> stores_of(const Machine& machine) {
  std::vector<Store> stores = {{"/var/lib/containers/storage", "/run/containers/storage"}};
  if (machine.uid != 0) {
    stores.push_back({machine.data_directory + "/containers/storage",
                      machine.runtime_directory + "/containers"});
  }
  for (Store& store : stores_of_conmons(machine)) {
    if (std::find(stores.begin(), stores.end(), store) == stores.end()) {
      stores.push_back(std::move(store));
    }
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
    const RuntimeAnswer answer = ask_runtimes(machine, stored.id, findings);
    take_init(candidate, answer, answer.state ? std::nullopt : data_of(stored.id));
    findings.candidates.push_back(std::move(candidate));
  }

  /// That of one with a user namespace belongs to its root, and so is not believed.
  [[nodiscard]] std::optional<StateDirectory> data_of(const std::string& id) const {
    const auto container = running ? running->below(id) : std::nullopt;
    return container ? container->below("userdata") : std::nullopt;
  }

  void add_all(const char* file) const {
    const auto text = kept.read(file, StateSize::of_all);
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

bool share_an_id(const Candidate& one, const Candidate& other) {
  return std::find_first_of(one.ids.begin(), one.ids.end(), other.ids.begin(), other.ids.end()) !=
         one.ids.end();
}

/// Ids are random: what another user calls like a container of root's or the caller's is none.
void refute_fakes(const Machine& machine, Findings& findings) {
  const auto is_ours = [&](const Candidate& one) {
    return one.said_by == 0 || one.said_by == machine.uid;
  };
  auto& all = findings.candidates;
  for (Candidate& one : all) {
    const bool is_fake =
        !is_ours(one) && std::any_of(all.begin(), all.end(), [&](const Candidate& other) {
          return is_ours(other) && share_an_id(one, other);
        });
    one.standing = is_fake ? Standing::refuted : one.standing;
  }
}

}  // namespace

void find_podman(const Machine& machine, Findings& findings) {
  add_kept_podman_containers(machine, findings);
  for (const Store& store : stores_of(machine)) {
    add_store(machine, store, findings);
  }
  refute_fakes(machine, findings);
}

}  // namespace nsplay::target
