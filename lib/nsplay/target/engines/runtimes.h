#pragma once

// runc and crun: the runtimes that the other engines run, each with a directory per container that
// says which process its init is, and when that was started.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {

/// How a runtime keeps the state of one container.
struct Runtime {
  std::string_view name;
  const char* file;
  Result<RuntimeState> (*parse)(std::string_view text);
};

extern const Runtime runc;
extern const Runtime crun;

/// That of the container in its own directory. Empty: it has none, or none that can be read.
std::optional<RuntimeState> read_state(const Runtime& runtime, const StateDirectory& container);

/// Where the machine's runtimes keep theirs for root, then for the caller.
std::vector<std::string> runtime_roots(const Machine& machine, std::string_view runtime);

/// That of a container below one of these places.
std::optional<RuntimeState> find_state(const Machine& machine,
                                       const Runtime& runtime,
                                       const std::string& root,
                                       const std::string& id,
                                       Findings& findings);

/// When the init of a container was started, as whichever runtime runs it says. Empty: none knows
/// this process by this id.
std::optional<std::uint64_t> start_time_of(const Machine& machine,
                                           const std::string& id,
                                           pid_t pid,
                                           Findings& findings);

}  // namespace nsplay::target
