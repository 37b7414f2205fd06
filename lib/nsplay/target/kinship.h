#pragma once

// What a process comes from, as far as that says which container it is in: its parents, the keepers
// among them, its cgroups, the init of its pid namespace. Each is looked at once, whoever asks.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/engines/keepers.h"

namespace nsplay::target {

/// Processes as a test has them, or as /proc has them. What cannot be looked at is 0, or empty.
class Kinship {
 public:
  Kinship() = default;
  Kinship(const Kinship&) = delete;
  Kinship& operator=(const Kinship&) = delete;
  virtual ~Kinship() = default;

  virtual pid_t parent_of(pid_t pid) = 0;

  /// The text of /proc/PID/cgroup.
  virtual const std::string& cgroups_of(pid_t pid) = 0;

  /// Of its pid namespace; 0 also where that is the caller's own.
  virtual pid_t init_for(pid_t pid) = 0;
};

/// The process itself, its parent and so on; at most so many that a circle ends.
std::vector<pid_t> line_of(Kinship& kinship, pid_t pid);

class ProcKinship final : public Kinship {
 public:
  ProcKinship();

  pid_t parent_of(pid_t pid) override;
  const std::string& cgroups_of(pid_t pid) override;
  pid_t init_for(pid_t pid) override;

  /// Looks at all that may be asked of a process at once, and for keepers that it comes from.
  void meet(pid_t pid);

  /// Those that were met.
  [[nodiscard]] const std::vector<Keeper>& keepers() const noexcept { return keepers_; }

 private:
  void look_for_keepers(const std::vector<pid_t>& line);
  pid_t init_seen_by(const procfs::ProcessDir& process);

  std::unordered_set<pid_t> met_;
  std::unordered_map<std::uint64_t, pid_t> init_of_namespace_;  ///< by inode
  std::unordered_map<pid_t, pid_t> parents_;
  std::unordered_map<pid_t, std::string> cgroups_;
  std::unordered_map<pid_t, pid_t> inits_;
  std::unordered_set<pid_t> seen_;  ///< whether they are keepers
  std::vector<Keeper> keepers_;
};

}  // namespace nsplay::target
