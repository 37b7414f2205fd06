#pragma once

// What a directory of an engine says of one container: its OCI bundle, and the process in it.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {

struct OciContainer {
  std::string name_space;  ///< of containerd; empty elsewhere
  std::string id;
  pid_t pid = 0;  ///< 0: none is recorded
  std::optional<std::uint64_t> start_time;
  std::string source;
  Annotations annotations;  ///< of the container's OCI configuration
};

/// The container as one that may be asked for by these.
Candidate recorded_candidate(const OciContainer& container,
                             std::vector<std::string> names,
                             std::vector<std::string> ids);

/// Of the bundle's config.json; none where there is none, and where it is broken, which is noted.
Annotations annotations_in(const StateDirectory& bundle);

/// Of a file that has nothing else; empty: there is no such file.
std::optional<pid_t> pid_in(const StateDirectory& directory, const std::string& file);

}  // namespace nsplay::target
