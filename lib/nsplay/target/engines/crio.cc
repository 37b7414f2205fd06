#include "nsplay/target/engines/crio.h"

#include <utility>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/runtimes.h"
#include "nsplay/target/engines/state_directory.h"

namespace nsplay::target {
namespace {

constexpr const char* crio_name = "io.kubernetes.cri-o.Name";

/// Empty: it is podman's, or none.
std::optional<CrioContainer> crio_container_in(const Machine& machine,
                                               const StateDirectory& directory,
                                               const std::string& id,
                                               Findings& findings) {
  const auto data = directory.below("userdata");
  const auto text = data ? data->read("config.json") : std::nullopt;
  auto annotations = text ? parse_annotations(*text) : Annotations();
  if (!annotations) {
    data->note_broken("config.json", std::move(annotations).error());
    return std::nullopt;
  }
  if (!annotations->contains(crio_name)) {
    return std::nullopt;
  }
  CrioContainer container{id, 0, {}, data->path_of("pidfile"), *std::move(annotations)};
  const auto pidfile = data->read("pidfile");
  if (const auto pid = pidfile ? parse_pid_file(*pidfile) : std::nullopt) {
    container.pid = *pid;
    container.start_time = start_time_of(machine, id, *pid, findings);
  }
  return container;
}

void add_crio_containers(const Machine& machine,
                         const StateDirectory& all,
                         std::vector<CrioContainer>& containers,
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

std::vector<CrioContainer> find_crio_containers(const Machine& machine, Findings& findings) {
  std::vector<CrioContainer> containers;
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
  for (const CrioContainer& container : find_crio_containers(machine, findings)) {
    Candidate candidate;
    candidate.names = {container.annotations.at(crio_name)};
    candidate.ids = {container.id};
    candidate.pid = container.pid;
    candidate.start_time = container.start_time;
    candidate.source = container.source;
    findings.candidates.push_back(std::move(candidate));
  }
}

}  // namespace nsplay::target
