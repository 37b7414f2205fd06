#include <string>
#include <utility>
#include <vector>

#include "nsplay/sys/uts.h"
#include "nsplay/target/engines/finders.h"

namespace nsplay::target {
namespace {

/// bwrap gives its sandboxes no name but that. May be empty: what came through --args cannot be
/// seen.
std::vector<std::string> names_of_sandbox(const Keeper& keeper) {
  std::string hostname = value_of(keeper.line, {"--hostname"});
  const bool is_name = !hostname.empty() && hostname.size() <= sys::longest_uts_name;
  return is_name ? std::vector{std::move(hostname)} : std::vector<std::string>();
}

}  // namespace

/// bwrap(1) forks, and its child has the namespaces: the init of a pid namespace, or the program
/// itself where it has none of its own or with --as-pid-1. Its pid is what --info-fd calls the
/// child-pid.
void find_bwrap(const Machine& machine, Findings& findings) {
  for (const Keeper& keeper : machine.keepers) {
    if (keeper.program == "bwrap" && keeper.init != 0 && !is_stub(keeper, machine.keepers)) {
      Candidate candidate =
          kept_candidate(keeper, names_of_sandbox(keeper), {std::to_string(keeper.init)});
      candidate.sign = Sign::own_mounts;
      findings.candidates.push_back(std::move(candidate));
    }
  }
}

}  // namespace nsplay::target
