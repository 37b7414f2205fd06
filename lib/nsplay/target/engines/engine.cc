#include "nsplay/target/engines/engine.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/target/engines/finders.h"
#include "nsplay/target/runtime_directory.h"

namespace nsplay::target {
namespace {

constexpr std::array engine_table = {
    Engine{"podman", "", &find_podman},
};

std::string own_data_directory() {
  const std::string named = own_variable("XDG_DATA_HOME");
  return named.starts_with('/') ? named : own_variable("HOME") + "/.local/share";
}

}  // namespace

Result<Machine> this_machine() {
  Machine machine;
  machine.uid = sys::effective_uid();
  machine.data_directory = own_data_directory();
  machine.runtime_directory = place_of_runtime_directory();
  machine.keepers = TRY(find_keepers());
  return machine;
}

std::span<const Engine> all_engines() noexcept {
  return engine_table;
}

const Engine* engine_named(std::string_view word) noexcept {
  const auto* found =
      std::find_if(engine_table.begin(), engine_table.end(), [&](const Engine& engine) {
        return engine.name == word || (!engine.alias.empty() && engine.alias == word);
      });
  return found == engine_table.end() ? nullptr : found;
}

}  // namespace nsplay::target
