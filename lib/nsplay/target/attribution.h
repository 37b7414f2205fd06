#pragma once

// From a process to the container that it is in: the reverse of resolving a name. What decides is,
// in this order, that the process is in the cgroup that the engine made for the container or below
// it; that it comes from the container's init; that the init of its pid namespace does. Which
// process is a container's init has to be verified each time. A process in a cgroup that is called
// like a container's, of which nothing else is known, gets the engine and the id, and no name.

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nsplay/target/container.h"
#include "nsplay/target/engines/cgroup_marks.h"
#include "nsplay/target/engines/engine.h"
#include "nsplay/target/kinship.h"

namespace nsplay::target {

/// A candidate, and whose it is.
struct EngineCandidate {
  const Engine* engine = nullptr;
  Candidate candidate;
};

/// What all engines know, by engine in the order of all_engines().
std::vector<EngineCandidate> ask_all_engines(const Machine& machine);

/// What is known of this machine, or of a test's.
struct Knowledge {
  std::vector<EngineCandidate> candidates;
  std::map<pid_t, Container> plays;  ///< by their process, which is alive
  std::function<bool(const Candidate&)> is_verified;
};

class Attribution {
 public:
  /// `kinship` has to live as long.
  Attribution(Kinship& kinship, Knowledge knowledge);

  /// Empty: it is in none, or in none that can be told from here.
  std::optional<Container> of(pid_t pid);

 private:
  /// What a cgroup says.
  struct CgroupAnswer {
    pid_t init = 0;                    ///< of the container whose cgroup it is
    std::optional<Container> alleged;  ///< what it is called like
  };

  bool is_verified(std::size_t index);
  std::optional<Container> container_at(pid_t init);
  pid_t nearest_init(pid_t pid);
  const CgroupAnswer& answer_of(pid_t pid);
  CgroupAnswer answer_to(const std::string& cgroups);
  pid_t init_with_place(const CgroupMark& mark, std::string_view controllers);
  bool is_in_place(pid_t pid, std::string_view controllers, std::string_view place);

  Kinship* kinship_;
  Knowledge knowledge_;
  std::vector<std::optional<bool>> verified_;  ///< by index of the candidate
  std::unordered_map<pid_t, std::vector<std::size_t>> by_pid_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_word_;  ///< by ids, else names
  std::unordered_map<std::string, CgroupAnswer> answers_;  ///< by the text of the cgroups
};

/// The same on this machine, for a number of processes that is known beforehand: it looks at them
/// and at what they come from, and at no other process.
class MachineAttribution {
 public:
  explicit MachineAttribution(const std::vector<pid_t>& pids);

  std::optional<Container> of(pid_t pid);

 private:
  std::unique_ptr<ProcKinship> kinship_;
  std::unique_ptr<Attribution> attribution_;
};

}  // namespace nsplay::target
