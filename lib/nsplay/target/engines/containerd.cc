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
  for (const Task& task : find_tasks(machine, findings)) {
    Candidate candidate;
    candidate.names = names_in_containerd(task.name_space, task.id);
    candidate.ids = candidate.names;
    candidate.pid = task.pid;
    candidate.start_time = task.start_time;
    candidate.source = task.source;
    findings.candidates.push_back(std::move(candidate));
  }
  for (const Shim& shim : shims_of(machine)) {
    const auto names = names_in_containerd(shim.name_space, shim.id);
    findings.candidates.push_back(kept_candidate(*shim.keeper, names, names));
  }
}

}  // namespace nsplay::target
