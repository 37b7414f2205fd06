#pragma once

// runc and crun: the runtimes that the other engines run, each with a directory per container that
// says which process its init is, and when that was started.

#include <chrono>
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

/// What runtimes say of one container.
struct RuntimeAnswer {
  std::optional<RuntimeState> state;
  std::string source;                                            ///< the file that says so
  std::optional<std::chrono::system_clock::time_point> written;  ///< when that was
  bool is_final = false;  ///< there is no state, though their directories could be read
};

/// That of a container below this place.
RuntimeAnswer ask_runtime(const Machine& machine,
                          const Runtime& runtime,
                          const std::string& root,
                          const std::string& id,
                          Findings& findings);

/// The same of crun and runc below all of runtime_roots().
RuntimeAnswer ask_runtimes(const Machine& machine, const std::string& id, Findings& findings);

}  // namespace nsplay::target
