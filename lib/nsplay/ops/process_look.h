#pragma once

// What lists show of a process.

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {

/// What could not be read is empty: it may have ended meanwhile, or hide it.
struct ListedProcess {
  pid_t pid = 0;
  std::optional<pid_t> parent;
  std::optional<std::string> command;  ///< its arguments with blanks between, else "[comm]"
  std::optional<uid_t> uid;            ///< the effective one
  std::optional<std::string> user;     ///< its name in the caller's /etc/passwd
};

/// Its arguments with blanks between; empty for a kernel thread, or when it cannot be read.
std::string command_line_of(const procfs::ProcessDir& process);

/// Looks processes up, and remembers the names of users.
class ProcessLook {
 public:
  ListedProcess at(pid_t pid);

  /// The user's name in the caller's /etc/passwd, else the uid.
  std::string user_of(uid_t uid);

 private:
  const std::optional<std::string>& name_of(uid_t uid);

  std::map<uid_t, std::optional<std::string>> names_;
};

}  // namespace nsplay::ops
