#pragma once

// What lists show of a process.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/container.h"

namespace nsplay::ops {

/// Which signal ends it for sure; what a handler of SIGTERM does is its own affair.
enum class EndingSignal : std::uint8_t {
  term,
  kill,  ///< SIGTERM is blocked or ignored, or waits until it goes on; or it is an init without a
         ///< handler, pid_namespaces(7)
};

/// What could not be read is empty: it may have ended meanwhile, or hide it.
struct ListedProcess {
  pid_t pid = 0;
  std::optional<pid_t> parent;
  std::optional<std::string> command;  ///< its arguments with blanks between, else "[comm]"
  std::optional<uid_t> uid;            ///< the effective one
  std::optional<std::string> user;     ///< its name in the caller's /etc/passwd
  EndingSignal ending_signal = EndingSignal::term;
  std::optional<target::Container> container = {};  ///< that it is in, where that was asked
  std::optional<pid_t> thread = {};                 ///< of it, that alone is meant
};

/// Its arguments with blanks between; empty for a kernel thread, or when it cannot be read.
std::string command_line_of(const procfs::ProcessDir& process);

/// Looks processes up, and remembers them and the names of users: the same process is the first one
/// of several namespaces.
class ProcessLook {
 public:
  const ListedProcess& at(pid_t pid);

  /// The user's name in the caller's /etc/passwd, else the uid.
  std::string user_of(uid_t uid);

 private:
  ListedProcess look_at(pid_t pid);
  const std::optional<std::string>& name_of(uid_t uid);

  std::unordered_map<pid_t, ListedProcess> processes_;
  std::map<uid_t, std::optional<std::string>> names_;
};

}  // namespace nsplay::ops
