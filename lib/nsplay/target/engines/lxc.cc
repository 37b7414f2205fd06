#include <string>
#include <utility>
#include <vector>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/state_directory.h"

namespace nsplay::target {
namespace {

/// Of a container's monitor; of one in the foreground, which keeps its command line. Empty: it is
/// another process.
std::string name_in_lxc(const Keeper& keeper) {
  if (keeper.program == "[lxc monitor]") {
    return keeper.arguments.back();
  }
  return keeper.program == "lxc-start" || keeper.program == "lxc-execute"
             ? option_of(keeper, {"-n", "--name"})
             : std::string();
}

void add_lxc_containers(const Machine& machine, const std::string& place, Findings& findings) {
  const auto root = StateDirectory::open(machine, place, findings);
  for (const std::string& name : root ? root->names() : std::vector<std::string>()) {
    const auto directory = root->below(name);
    if (directory && directory->read("config")) {
      Candidate candidate;
      candidate.names = {name};
      candidate.source = directory->path_of("config");
      findings.candidates.push_back(std::move(candidate));
    }
  }
}

}  // namespace

/// No file says which process a container's init is: only its monitor's child.
void find_lxc(const Machine& machine, Findings& findings) {
  for (const Keeper& keeper : machine.keepers) {
    if (std::string name = name_in_lxc(keeper); !name.empty()) {
      findings.candidates.push_back(kept_candidate(keeper, {std::move(name)}, {}));
    }
  }
  add_lxc_containers(machine, "/var/lib/lxc", findings);
  if (machine.uid != 0) {
    add_lxc_containers(machine, machine.data_directory + "/lxc", findings);
  }
}

}  // namespace nsplay::target
