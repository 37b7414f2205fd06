#pragma once

// What a directory of an engine says of one container: its OCI bundle, and the process in it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/runtimes.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {

struct OciContainer {
  std::string name_space;  ///< of containerd; empty elsewhere
  std::string id;
  Annotations annotations;  ///< of the container's OCI configuration
  Candidate init;           ///< which process it is; without names and ids
};

/// The container as one that may be asked for by these.
Candidate recorded_candidate(const OciContainer& container,
                             std::vector<std::string> names,
                             std::vector<std::string> ids);

/// The process that the file names, which has a pid and nothing else. False: there is none.
bool take_pid_file(Candidate& candidate, const StateDirectory& directory, const std::string& file);

/// The same of podman and cri-o, whose runtimes know better: they say when the process was started,
/// and where they keep states and have none, the container does not run.
void take_init(Candidate& candidate,
               const RuntimeAnswer& answer,
               const std::optional<StateDirectory>& data);

/// When the process was started that is known by its pid. It is another one if the runtime says so.
void take_start_time(Candidate& candidate, const std::optional<RuntimeState>& state);

/// Of the bundle's config.json, if that has any whose name begins so; none where there is none, and
/// where it is broken, which is noted.
Annotations annotations_in(const StateDirectory& bundle, std::string_view beginning);

}  // namespace nsplay::target
