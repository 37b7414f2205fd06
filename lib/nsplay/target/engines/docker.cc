#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/oci_container.h"
#include "nsplay/target/engines/runtimes.h"
#include "nsplay/target/engines/shims.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {
namespace {

/// A default, and what dockerds that run were told instead.
std::vector<std::string> docker_places(const Machine& machine,
                                       std::string place,
                                       std::initializer_list<std::string_view> options) {
  std::vector<std::string> places = {std::move(place)};
  for (const Keeper& keeper : machine.keepers) {
    const std::string named = value_of(keeper.line, options);
    if (keeper.program == "dockerd" && keeper.uid == 0 && named.starts_with('/')) {
      places.push_back(named);
    }
  }
  return places;
}

std::optional<RuntimeState> state_of_container(const Machine& machine,
                                               const std::string& id,
                                               Findings& findings) {
  for (const std::string& place : docker_places(machine, "/run/docker", {"--exec-root"})) {
    const auto answer = ask_runtime(machine, runc, place + "/runtime-runc/moby", id, findings);
    if (answer.state) {
      return answer.state;
    }
  }
  return std::nullopt;
}

void add_docker_container(const Machine& machine,
                          const StateDirectory& directory,
                          Findings& findings) {
  constexpr const char* file = "config.v2.json";
  const auto text = directory.read(file);
  auto container = text ? parse_docker_config(*text) : fail(Error{});
  if (!container) {
    if (text) {
      directory.note_broken(file, std::move(container).error());
    }
    return;
  }
  Candidate candidate;
  candidate.names = {container->name};
  candidate.ids = {container->id};
  candidate.pid = container->pid;
  candidate.source = directory.path_of(file);
  candidate.written = directory.written(file);
  if (container->pid != 0) {
    take_start_time(candidate, state_of_container(machine, container->id, findings));
  }
  findings.candidates.push_back(std::move(candidate));
}

void add_docker_containers(const Machine& machine, const StateDirectory& root, Findings& findings) {
  const auto containers = root.below("containers");
  for (const std::string& id : containers ? containers->names() : std::vector<std::string>()) {
    if (const auto directory = containers->below(id)) {
      add_docker_container(machine, *directory, findings);
    }
  }
}

/// dockerd --userns-remap keeps all it has in "UID.GID" below its directory.
bool is_of_mapped_ids(const std::string& name) {
  const auto dot = name.find('.');
  return dot != std::string::npos && dot > 0 && dot + 1 < name.size() &&
         name.find_first_not_of("0123456789.") == std::string::npos;
}

void add_kept_docker_containers(const Machine& machine, Findings& findings) {
  for (const Shim& shim : shims_of(machine)) {
    if (shim.name_space != docker_namespace) {
      continue;
    }
    for (const ShimContainer& container : containers_of(shim)) {
      findings.candidates.push_back(shim_candidate(container, {}, {container.id}));
    }
  }
}

}  // namespace

void find_docker(const Machine& machine, Findings& findings) {
  for (const std::string& place :
       docker_places(machine, "/var/lib/docker", {"--data-root", "-g", "--graph"})) {
    const auto root = StateDirectory::open(machine, place, findings);
    if (!root) {
      continue;
    }
    add_docker_containers(machine, *root, findings);
    for (const std::string& name : root->names()) {
      const auto mapped = is_of_mapped_ids(name) ? root->below(name) : std::nullopt;
      if (mapped) {
        add_docker_containers(machine, *mapped, findings);
      }
    }
  }
  add_kept_docker_containers(machine, findings);
}

}  // namespace nsplay::target
