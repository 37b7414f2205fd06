#pragma once

// The texts of the engines' state files. Each is read as far as it says which process is the
// container's; errors, errno 0: it does not say.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::target {

/// What an OCI runtime knows of a container's init.
struct RuntimeState {
  pid_t pid = 0;
  std::optional<std::uint64_t> start_time;  ///< field 22 of /proc/PID/stat
};

/// state.json of runc.
Result<RuntimeState> parse_runc_state(std::string_view text);

/// status of crun.
Result<RuntimeState> parse_crun_status(std::string_view text);

/// One entry of containers.json, which podman and cri-o keep alike.
struct StoredContainer {
  std::string id;
  std::vector<std::string> names;
  std::optional<std::string> pod;  ///< cri-o's have one
};

/// Entries without an id are left out.
Result<std::vector<StoredContainer>> parse_containers(std::string_view text);

/// config.v2.json of docker.
struct DockerContainer {
  std::string id;
  std::string name;
  pid_t pid = 0;  ///< 0: it is not running
};

Result<DockerContainer> parse_docker_config(std::string_view text);

using Annotations = std::map<std::string, std::string>;

/// Those of an OCI configuration, config.json. One that is no text is left out.
Result<Annotations> parse_annotations(std::string_view text);

/// What a file of systemd-machined(8) says of a container.
struct RegisteredMachine {
  pid_t leader = 0;
  std::string unit;  ///< of systemd, a scope or a service; empty: it has none
};

/// Lines KEY=VALUE. Empty: it is of a virtual machine, or has no leader.
std::optional<RegisteredMachine> parse_machine(std::string_view text);

/// A file that holds one pid and nothing else.
std::optional<pid_t> parse_pid_file(std::string_view text);

}  // namespace nsplay::target
