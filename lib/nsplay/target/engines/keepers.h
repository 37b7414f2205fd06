#pragma once

// Processes that stay beside a container as long as it runs, or that serve an engine: their command
// lines say whose it is and where the engine keeps its files. Anybody may read them, and anybody
// may write into his own what he likes; that a process is such a one's child only the kernel says.

#include <sys/types.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/command_heads.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::target {

struct Keeper {
  pid_t pid = 0;
  uid_t uid = 0;                       ///< the real one: of root's engines it is 0
  std::string program;                 ///< first argument, without its directories
  std::vector<std::string> arguments;  ///< those after it
  pid_t init = 0;  ///< the child that is a container's init; 0: there is none, or several might be
};

/// One look at every process. What is gone or hidden meanwhile is left out. Errors: those of
/// reading /proc.
Result<std::vector<Keeper>> find_keepers();

/// What the process keeps; pid 0: nothing, or it is gone.
Keeper keeper_in(pid_t pid, const procfs::ProcessDir& process);

/// The same after such a look.
std::vector<Keeper> keepers_among(const std::vector<procfs::CommandHead>& processes);

/// What a command line makes of a keeper; the program is empty when it is none's. `text` is as in
/// /proc/PID/cmdline.
Keeper parse_keeper(std::string_view text);

/// The value of an option by any of its names, which have their dashes: "--name X" and "--name=X".
/// Empty: there is no such option.
std::string option_of(const Keeper& keeper, std::initializer_list<std::string_view> names);

bool has_argument(const Keeper& keeper, std::string_view argument);

}  // namespace nsplay::target
