#include "nsplay/target/engines/runtimes.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/target/engines/finders.h"

namespace nsplay::target {
namespace {

/// The user gives the id, which so is a name too.
void add_runtime_container(const Runtime& runtime,
                           const StateDirectory& container,
                           const std::string& id,
                           Findings& findings) {
  if (const auto state = read_state(runtime, container)) {
    Candidate candidate;
    candidate.names = {id};
    candidate.ids = {id};
    candidate.pid = state->pid;
    candidate.start_time = state->start_time;
    candidate.source = container.path_of(runtime.file);
    candidate.written = container.written(runtime.file);
    findings.candidates.push_back(std::move(candidate));
  }
}

void add_runtime_containers(const Runtime& runtime, const Machine& machine, Findings& findings) {
  for (const std::string& path : runtime_roots(machine, runtime.name)) {
    const auto root = StateDirectory::open(machine, path, findings);
    for (const std::string& id : root ? root->names() : std::vector<std::string>()) {
      if (const auto container = root->below(id)) {
        add_runtime_container(runtime, *container, id, findings);
      }
    }
  }
}

}  // namespace

const Runtime runc = {"runc", "state.json", &parse_runc_state};
const Runtime crun = {"crun", "status", &parse_crun_status};

std::optional<RuntimeState> read_state(const Runtime& runtime, const StateDirectory& container) {
  const auto text = container.read(runtime.file);
  if (!text) {
    return std::nullopt;
  }
  auto state = runtime.parse(*text);
  if (!state) {
    container.note_broken(runtime.file, std::move(state).error());
    return std::nullopt;
  }
  return *state;
}

std::vector<std::string> runtime_roots(const Machine& machine, std::string_view runtime) {
  std::vector<std::string> roots = {fmt::format("/run/{}", runtime)};
  if (machine.uid != 0) {
    roots.push_back(fmt::format("{}/{}", machine.runtime_directory, runtime));
  }
  return roots;
}

RuntimeAnswer ask_runtime(const Machine& machine,
                          const Runtime& runtime,
                          const std::string& root,
                          const std::string& id,
                          Findings& findings) {
  RuntimeAnswer answer;
  const auto all = StateDirectory::open(machine, root, findings);
  const auto container = all ? all->below(id) : std::nullopt;
  answer.is_final = all && !container;
  answer.state = container ? read_state(runtime, *container) : std::nullopt;
  if (answer.state) {
    answer.source = container->path_of(runtime.file);
    answer.written = container->written(runtime.file);
  }
  return answer;
}

RuntimeAnswer ask_runtimes(const Machine& machine, const std::string& id, Findings& findings) {
  RuntimeAnswer all;
  for (const Runtime& runtime : {crun, runc}) {
    for (const std::string& root : runtime_roots(machine, runtime.name)) {
      RuntimeAnswer one = ask_runtime(machine, runtime, root, id, findings);
      if (one.state) {
        return one;
      }
      all.is_final = all.is_final || one.is_final;
    }
  }
  return all;
}

void find_runc(const Machine& machine, Findings& findings) {
  add_runtime_containers(runc, machine, findings);
}

void find_crun(const Machine& machine, Findings& findings) {
  add_runtime_containers(crun, machine, findings);
}

}  // namespace nsplay::target
