#include "nsplay/target/engines/runtimes.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/target/engines/finders.h"

namespace nsplay::target {

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

std::optional<std::uint64_t> start_time_of(const Machine& machine,
                                           const std::string& id,
                                           pid_t pid,
                                           Findings& findings) {
  for (const Runtime& runtime : {crun, runc}) {
    for (const std::string& path : runtime_roots(machine, runtime.name)) {
      const auto root = StateDirectory::open(machine, path, findings);
      const auto container = root ? root->below(id) : std::nullopt;
      const auto state = container ? read_state(runtime, *container) : std::nullopt;
      if (state && state->pid == pid) {
        return state->start_time;
      }
    }
  }
  return std::nullopt;
}

}  // namespace nsplay::target
