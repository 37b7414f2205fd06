#include <string>
#include <utility>
#include <vector>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/shims.h"
#include "nsplay/target/engines/tasks.h"

namespace nsplay::target {
namespace {

/// ctr(8) has the user give an id, which so is a name too, in a namespace.
std::vector<std::string> names_in_containerd(const std::string& name_space, const std::string& id) {
  return {name_space + "/" + id, id};
}

}  // namespace

void find_containerd(const Machine& machine, Findings& findings) {
  for (const OciContainer& task : find_tasks(machine, findings)) {
    const auto names = names_in_containerd(task.name_space, task.id);
    findings.candidates.push_back(recorded_candidate(task, names, names));
  }
  for (const Shim& shim : shims_of(machine)) {
    for (const ShimContainer& container : containers_of(shim)) {
      const auto names = names_in_containerd(shim.name_space, container.id);
      findings.candidates.push_back(shim_candidate(container, names, names));
    }
  }
}

}  // namespace nsplay::target
