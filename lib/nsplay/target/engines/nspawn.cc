#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {
namespace {

std::string last_component_of(std::string path) {
  while (path.ends_with('/')) {
    path.pop_back();
  }
  return path.substr(path.rfind('/') + 1);
}

/// As systemd-nspawn(1) chooses it: what it is told, else the last part of the directory, else of
/// the one that it was started in.
std::string name_of_machine(const Keeper& keeper) {
  if (std::string name = value_of(keeper.line, {"-M", "--machine"}); !name.empty()) {
    return name;
  }
  if (has_option(keeper.line, {"-h", "--help", "--version", "-i", "--image"})) {
    return {};
  }
  std::string directory = value_of(keeper.line, {"-D", "--directory"});
  if (directory.empty() || directory == "." || directory == "./") {
    directory = keeper.directory;
  }
  return last_component_of(std::move(directory));
}

void add_kept_machines(const Machine& machine, Findings& findings) {
  for (const Keeper& keeper : machine.keepers) {
    std::string name = keeper.program == "systemd-nspawn" && keeper.uid == 0
                           ? name_of_machine(keeper)
                           : std::string();
    if (!name.empty()) {
      findings.candidates.push_back(kept_candidate(keeper, {std::move(name)}, {}));
    }
  }
}

}  // namespace

void find_nspawn(const Machine& machine, Findings& findings) {
  add_kept_machines(machine, findings);
  const auto machines = StateDirectory::open(machine, "/run/systemd/machines", findings);
  for (const std::string& name : machines ? machines->names() : std::vector<std::string>()) {
    const auto text = machines->read(name);
    auto registered = text ? parse_machine(*text) : std::nullopt;
    if (registered) {
      Candidate candidate;
      candidate.names = {name};
      candidate.pid = registered->leader;
      candidate.unit = std::move(registered->unit);
      candidate.source = machines->path_of(name);
      candidate.written = machines->written(name);
      findings.candidates.push_back(std::move(candidate));
    }
  }
}

}  // namespace nsplay::target
