#include <string>
#include <utility>
#include <vector>

#include "nsplay/target/engines/crio.h"
#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/shims.h"
#include "nsplay/target/engines/tasks.h"

namespace nsplay::target {
namespace {

/// How a runtime of kubernetes' names the same things in its annotations.
struct PodAnnotations {
  const char* type;  ///< "container", or that of the pod itself
  const char* pod_namespace;
  const char* pod;
  const char* container;
};

constexpr PodAnnotations containerd_annotations = {"io.kubernetes.cri.container-type",
                                                   "io.kubernetes.cri.sandbox-namespace",
                                                   "io.kubernetes.cri.sandbox-name",
                                                   "io.kubernetes.cri.container-name"};
constexpr PodAnnotations crio_annotations = {"io.kubernetes.cri-o.ContainerType",
                                             "io.kubernetes.pod.namespace",
                                             "io.kubernetes.pod.name",
                                             "io.kubernetes.container.name"};

std::string annotation(const Annotations& annotations, const char* name) {
  const auto found = annotations.find(name);
  return found == annotations.end() ? std::string() : found->second;
}

/// A pod of one container has that one's name too. Empty: it is no container of a pod.
std::vector<std::string> names_of_pod(const Annotations& annotations, const PodAnnotations& keys) {
  const std::string pod = annotation(annotations, keys.pod);
  const std::string container = annotation(annotations, keys.container);
  if (annotation(annotations, keys.type) != "container" || pod.empty()) {
    return {};
  }
  const std::string whole = annotation(annotations, keys.pod_namespace) + "/" + pod;
  return {whole + "/" + container, pod + "/" + container, whole, pod};
}

void add_pod_container(const OciContainer& container,
                       const PodAnnotations& keys,
                       Findings& findings) {
  if (auto names = names_of_pod(container.annotations, keys); !names.empty()) {
    findings.candidates.push_back(recorded_candidate(container, std::move(names), {container.id}));
  }
}

}  // namespace

void find_kubernetes(const Machine& machine, Findings& findings) {
  for (const OciContainer& task : find_tasks(machine, findings)) {
    if (task.name_space == kubernetes_namespace) {
      add_pod_container(task, containerd_annotations, findings);
    }
  }
  for (const OciContainer& container : find_crio_containers(machine, findings)) {
    add_pod_container(container, crio_annotations, findings);
  }
}

}  // namespace nsplay::target
