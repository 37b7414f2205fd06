#include "nsplay/target/engines/engine.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/execution.h"
#include "nsplay/target/engines/finders.h"
#include "nsplay/target/runtime_directory.h"

namespace nsplay::target {
namespace {

constexpr std::array engine_table = {
    Engine{"podman", "", &find_podman},
    Engine{"docker", "", &find_docker},
    Engine{"k8s", "", &find_kubernetes},
    Engine{"crio", "cri-o", &find_crio},
    Engine{"containerd", "", &find_containerd, true},
    Engine{"lxc", "", &find_lxc},
    Engine{"nspawn", "machine", &find_nspawn},
    Engine{"firejail", "", &find_firejail},
    Engine{"bwrap", "", &find_bwrap, false, Ids::whole},
    Engine{"runc", "", &find_runc, true},
    Engine{"crun", "", &find_crun, true},
};

std::string own_data_directory() {
  const std::string named = sys::own_variable("XDG_DATA_HOME");
  return named.starts_with('/') ? named : sys::own_variable("HOME") + "/.local/share";
}

}  // namespace

Candidate kept_candidate(const Keeper& keeper,
                         std::vector<std::string> names,
                         std::vector<std::string> ids) {
  Candidate candidate;
  candidate.names = std::move(names);
  candidate.ids = std::move(ids);
  candidate.pid = keeper.init;
  candidate.keeper = keeper.pid;
  candidate.said_by = keeper.uid;
  candidate.source = fmt::format("/proc/{}/cmdline", keeper.pid);
  return candidate;
}

Machine machine_with(std::vector<Keeper> keepers) {
  Machine machine;
  machine.uid = sys::effective_uid();
  machine.data_directory = own_data_directory();
  machine.runtime_directory = place_of_runtime_directory();
  machine.keepers = std::move(keepers);
  return machine;
}

Result<Machine> this_machine() {
  return machine_with(TRY(find_keepers()));
}

std::span<const Engine> all_engines() noexcept {
  return engine_table;
}

std::vector<EngineFindings> ask_engines(const Machine& machine, std::span<const Engine> engines) {
  std::vector<EngineFindings> all;
  for (const Engine& engine : engines) {
    engine.find(machine, all.emplace_back(EngineFindings{&engine, {}}).findings);
  }
  return all;
}

const Engine* engine_named(std::string_view word) noexcept {
  const auto* found =
      std::find_if(engine_table.begin(), engine_table.end(), [&](const Engine& engine) {
        return engine.name == word || (!engine.alias.empty() && engine.alias == word);
      });
  return found == engine_table.end() ? nullptr : found;
}

}  // namespace nsplay::target
