#include "nsplay/target/engines/crio.h"

#include <utility>

#include "nsplay/target/engines/conmons.h"
#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/runtimes.h"
#include "nsplay/target/engines/state_directory.h"

namespace nsplay::target {
namespace {

constexpr const char* crio_name = "io.kubernetes.cri-o.Name";

/// Empty: it is podman's, or none.
std::optional<OciContainer> crio_container_in(const Machine& machine,
                                              const StateDirectory& directory,
                                              const std::string& id,
                                              Findings& findings) {
  const auto data = directory.below("userdata");
  Annotations annotations = data ? annotations_in(*data, crio_name) : Annotations();
  if (!annotations.contains(crio_name)) {
    return std::nullopt;
  }
  OciContainer container{{}, id, std::move(annotations), {}};
  container.init.source = data->path_of("pidfile");
  take_init(container.init, ask_runtimes(machine, id, findings), data);
  return container;
}

void add_crio_containers(const Machine& machine,
                         const StateDirectory& all,
                         std::vector<OciContainer>& containers,
                         Findings& findings) {
  for (const std::string& id : all.names()) {
    const auto directory = all.below(id);
    auto found = directory ? crio_container_in(machine, *directory, id, findings) : std::nullopt;
    if (found) {
      containers.push_back(*std::move(found));
    }
  }
}

}  // namespace

std::vector<OciContainer> find_crio_containers(const Machine& machine, Findings& findings) {
  std::vector<OciContainer> containers;
  const auto run = StateDirectory::open(machine, "/run/containers/storage", findings);
  for (const std::string& driver : run ? run->names() : std::vector<std::string>()) {
    const auto all = driver.ends_with("-containers") ? run->below(driver) : std::nullopt;
    if (all) {
      add_crio_containers(machine, *all, containers, findings);
    }
  }
  return containers;
}

void find_crio(const Machine& machine, Findings& findings) {
  for (const Conmon& conmon : conmons_of(machine)) {
    if (conmon.user == ConmonUser::crio && conmon.keeper->uid == 0 && conmon.keeper->init != 0) {
      findings.candidates.push_back(kept_candidate(*conmon.keeper, {conmon.name}, {conmon.id}));
    }
  }
  for (const OciContainer& container : find_crio_containers(machine, findings)) {
    findings.candidates.push_back(
        recorded_candidate(container, {container.annotations.at(crio_name)}, {container.id}));
  }
}

}  // namespace nsplay::target
