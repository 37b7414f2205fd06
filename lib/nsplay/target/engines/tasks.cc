#include "nsplay/target/engines/tasks.h"

#include <algorithm>
#include <array>
#include <utility>

#include "nsplay/target/engines/runtimes.h"
#include "nsplay/target/engines/shims.h"
#include "nsplay/target/engines/state_directory.h"

namespace nsplay::target {
namespace {

constexpr const char* kubernetes_annotation = "io.kubernetes.cri.";
constexpr const char* tasks_directory = "io.containerd.runtime.v2.task";

/// Where the shims' runc keeps its states, by namespace.
constexpr std::array shim_runc_roots = {"/run/containerd/runc", "/run/docker/runtime-runc"};

/// containerd has its socket in its own state directory; docker's is one above that.
std::vector<std::string> containerd_places(const Machine& machine) {
  std::vector<std::string> places = {
      "/run/containerd", "/run/k3s/containerd", "/run/docker/containerd/daemon"};
  for (const Shim& shim : shims_of(machine)) {
    const std::string above = shim.address.substr(0, shim.address.rfind('/'));
    for (const std::string& place : {above, above + "/daemon"}) {
      if (above.starts_with('/') &&
          std::find(places.begin(), places.end(), place) == places.end()) {
        places.push_back(place);
      }
    }
  }
  return places;
}

std::optional<RuntimeState> state_of_task(const Machine& machine,
                                          const OciContainer& task,
                                          Findings& findings) {
  for (const std::string root : shim_runc_roots) {
    const auto answer = ask_runtime(machine, runc, root + "/" + task.name_space, task.id, findings);
    if (answer.state) {
      return answer.state;
    }
  }
  return std::nullopt;
}

OciContainer task_in(const Machine& machine,
                     const StateDirectory& bundle,
                     OciContainer task,
                     Findings& findings) {
  task.init.source = bundle.path_of("init.pid");
  task.annotations = annotations_in(bundle, kubernetes_annotation);
  if (take_pid_file(task.init, bundle, "init.pid")) {
    take_start_time(task.init, state_of_task(machine, task, findings));
  }
  return task;
}

/// Those of one namespace.
void add_tasks(const Machine& machine,
               const StateDirectory& bundles,
               const std::string& name_space,
               std::vector<OciContainer>& tasks,
               Findings& findings) {
  for (const std::string& id : bundles.names()) {
    if (const auto bundle = bundles.below(id)) {
      tasks.push_back(task_in(machine, *bundle, {name_space, id, {}, {}}, findings));
    }
  }
}

}  // namespace

std::vector<OciContainer> find_tasks(const Machine& machine, Findings& findings) {
  std::vector<OciContainer> tasks;
  for (const std::string& place : containerd_places(machine)) {
    const auto root = StateDirectory::open(machine, place, findings);
    const auto all = root ? root->below(tasks_directory) : std::nullopt;
    for (const std::string& name_space : all ? all->names() : std::vector<std::string>()) {
      if (const auto bundles = all->below(name_space)) {
        add_tasks(machine, *bundles, name_space, tasks, findings);
      }
    }
  }
  return tasks;
}

}  // namespace nsplay::target
