#pragma once

// How the command lines of all processes begin, for who looks for a few among thousands: one open,
// one read and one close for each.

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::procfs {

constexpr std::size_t command_head_size = 4096;

struct CommandHead {
  pid_t pid = 0;
  std::string text;  ///< as in /proc/PID/cmdline, at most so many bytes
};

/// Of one process of this /proc. Empty: it is a kernel thread, a zombie, hidden, or gone.
std::string command_head(const sys::UniqueFd& proc, pid_t pid);

/// Of those whose pid begins like this and who have a command line. Errors: those of
/// list_processes().
Result<std::vector<CommandHead>> command_heads(std::string_view beginning = {});

}  // namespace nsplay::procfs
