#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/state_directory.h"

namespace nsplay::target {
namespace {

constexpr std::string_view lxc_monitor_program = "[lxc monitor]";

/// Of a container's monitor; of one in the foreground, which keeps its command line. Empty: it is
/// another process.
std::string name_in_lxc(const Keeper& keeper) {
  if (keeper.program == lxc_monitor_program) {
    return keeper.line.words.back();
  }
  if (keeper.program != "lxc-start" && keeper.program != "lxc-execute") {
    return {};
  }
  // The name may be the first word instead.
  std::string name = value_of(keeper.line, {"-n", "--name"});
  return name.empty() && !keeper.line.words.empty() ? keeper.line.words.front() : name;
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

/// The defaults, and where monitors of root and of the caller say that they have theirs.
std::vector<std::string> lxc_places(const Machine& machine) {
  std::vector<std::string> places = {"/var/lib/lxc"};
  if (machine.uid != 0) {
    places.push_back(machine.data_directory + "/lxc");
  }
  for (const Keeper& keeper : machine.keepers) {
    const std::string place =
        keeper.program == lxc_monitor_program ? keeper.line.words.front() : std::string();
    if (place.starts_with('/') && (keeper.uid == 0 || keeper.uid == machine.uid) &&
        std::find(places.begin(), places.end(), place) == places.end()) {
      places.push_back(place);
    }
  }
  return places;
}

}  // namespace

/// No file says which process a container's init is: only its monitor's child.
void find_lxc(const Machine& machine, Findings& findings) {
  for (const Keeper& keeper : machine.keepers) {
    if (std::string name = name_in_lxc(keeper); !name.empty()) {
      findings.candidates.push_back(kept_candidate(keeper, {std::move(name)}, {}));
    }
  }
  for (const std::string& place : lxc_places(machine)) {
    add_lxc_containers(machine, place, findings);
  }
}

}  // namespace nsplay::target
