#pragma once

// A machine of a test's own: the state files of engines in a directory that is removed afterwards,
// and keepers that nobody runs.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "nsplay/target/engines/engine.h"

namespace nsplay::test {

class StateTree {
 public:
  StateTree();
  StateTree(const StateTree&) = delete;
  StateTree& operator=(const StateTree&) = delete;
  ~StateTree();

  /// A file with its directories; `path` begins with a slash.
  void add(const std::string& path, std::string_view text) const;
  void add_link(const std::string& path, const std::string& to) const;
  void allow(const std::string& path, mode_t mode) const;
  void give(const std::string& path, uid_t uid, gid_t gid) const;
  [[nodiscard]] std::string place_of(const std::string& path) const { return root_ + path; }

  /// A keeper with this command line, words with one blank between them, and working directory.
  void add_keeper(pid_t pid, pid_t init, std::string_view line, const std::string& directory = {});

  /// Whose the last keeper is; else it is root's.
  void set_user(uid_t uid) { keepers_.back().uid = uid; }

  /// One more that the last keeper has.
  void add_kept(target::KeptInit init);

  /// For an ordinary user, whose directories are /home/.local/share and /user.
  [[nodiscard]] target::Machine machine() const;

  /// What this engine finds there.
  [[nodiscard]] target::Findings find(std::string_view engine) const;

 private:
  std::string root_;
  std::vector<target::Keeper> keepers_;
};

}  // namespace nsplay::test
