#include <algorithm>
#include <string>
#include <utility>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/state_directory.h"

namespace nsplay::target {
namespace {

/// The init of a sandbox has the command line of its parent, and is no keeper itself.
bool is_outermost(const Machine& machine, const Keeper& keeper) {
  return std::none_of(machine.keepers.begin(), machine.keepers.end(), [&](const Keeper& other) {
    return other.program == keeper.program && other.init == keeper.pid;
  });
}

/// firejail adds a number to a name that is in use, which only its file has.
std::string name_of_sandbox(const Machine& machine, const Keeper& keeper, Findings& findings) {
  const auto names = StateDirectory::open(machine, "/run/firejail/name", findings);
  const auto text = names ? names->read(std::to_string(keeper.pid)) : std::nullopt;
  return text ? text->substr(0, text->find('\n')) : option_of(keeper, {"--name"});
}

}  // namespace

void find_firejail(const Machine& machine, Findings& findings) {
  for (const Keeper& keeper : machine.keepers) {
    if (keeper.program != "firejail" || !is_outermost(machine, keeper)) {
      continue;
    }
    if (std::string name = name_of_sandbox(machine, keeper, findings); !name.empty()) {
      findings.candidates.push_back(kept_candidate(keeper, {std::move(name)}, {}));
    }
  }
}

}  // namespace nsplay::target
