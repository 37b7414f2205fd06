#pragma once

// From a name to the container that has it: what the engines say is searched for the name, and what
// is found is checked against the process that it is said to be.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

/// How a container was asked for; a lesser one does not count beside a better.
enum class Closeness { name, id, beginning_of_id };

/// One that lives.
struct FoundContainer {
  std::string target;  ///< "podman:web"
  std::string by_id;   ///< the same by its id, for where two have the same name
  procfs::PinnedProcess process;
};

/// What a search for one name has come to.
struct ContainerSearch {
  Closeness closeness = Closeness::name;
  std::vector<FoundContainer> living;
  std::optional<Error> ended;       ///< what is said of one that has the name and does not run
  std::vector<std::string> others;  ///< what there is of other names, as TARGETs
  std::vector<std::string> searched;
  std::vector<std::string> unreadable;
  std::vector<Error> broken;
};

/// Errors: those of reading /proc.
Result<ContainerSearch> search_containers(std::span<const Engine> engines, const std::string& name);

/// Errors: usage, several have this name; ESRCH, none has it, or it does not run.
Result<procfs::PinnedProcess> open_container(const Engine& engine, const std::string& name);

/// Each as it can be told from the others: by name, by id, or with its pid first.
std::vector<std::string> targets_of(const std::vector<FoundContainer>& containers);

/// Usage error: all of these have the name.
Error ambiguous_name(const std::string& name, const std::vector<std::string>& targets);

/// The one among these TARGETs whose name is closest to this; empty: none is close.
std::string closest_target(const std::string& name, const std::vector<std::string>& targets);

/// What a search that has found nothing says beside that: names that are close, and places that
/// could not be read. May be empty.
std::string hint_after(const std::string& name, const ContainerSearch& search);

}  // namespace nsplay::target
