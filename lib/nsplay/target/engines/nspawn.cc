#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {
namespace {

/// As systemd-nspawn(1) chooses it: what it is told, else the last part of the directory.
std::string name_of_machine(const Keeper& keeper) {
  if (std::string name = option_of(keeper, {"-M", "--machine"}); !name.empty()) {
    return name;
  }
  std::string directory = option_of(keeper, {"-D", "--directory"});
  while (directory.ends_with('/')) {
    directory.pop_back();
  }
  return directory.substr(directory.rfind('/') + 1);
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
    const auto leader = text ? parse_machine(*text) : std::nullopt;
    if (leader) {
      Candidate candidate;
      candidate.names = {name};
      candidate.pid = *leader;
      candidate.source = machines->path_of(name);
      findings.candidates.push_back(std::move(candidate));
    }
  }
}

}  // namespace nsplay::target
