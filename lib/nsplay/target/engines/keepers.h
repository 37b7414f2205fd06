#pragma once

// Processes that stay beside a container as long as it runs, or that serve an engine: their command
// lines say whose it is and where the engine keeps its files. Anybody may read them, and anybody
// may write into his own what he likes; that a process is such a one's child only the kernel says.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/command_heads.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/engines/command_line.h"

namespace nsplay::target {

/// One of several containers that a shim keeps.
struct KeptInit {
  pid_t pid = 0;
  std::string id;  ///< of its cgroup; empty: that has none
};

struct Keeper {
  pid_t pid = 0;
  uid_t uid = 0;          ///< the real one: of root's engines it is 0
  uid_t saved_uid = 0;    ///< of a program that root has made setuid it is 0
  std::string program;    ///< first argument, without its directories
  CommandLine line;       ///< those after it; the words of LXC's monitor: its directory, its name
  std::string directory;  ///< of systemd-nspawn, its working directory; empty: it cannot be told
  pid_t init = 0;  ///< the child that is a container's init; 0: there is none, or several might be
  std::vector<KeptInit> inits;  ///< of a shim, all that might be
};

/// One look at every process. What is gone or hidden meanwhile is left out. Errors: those of
/// reading /proc.
Result<std::vector<Keeper>> find_keepers();

/// What the process keeps; pid 0: nothing, or it is gone.
Keeper keeper_in(pid_t pid, const procfs::ProcessDir& process);

/// The same after such a look.
std::vector<Keeper> keepers_among(const std::vector<procfs::CommandHead>& processes);

/// Whether it is the init of another one's container, a stub of the same program that has the
/// command line of its parent, and so keeps nothing itself.
bool is_stub(const Keeper& keeper, const std::vector<Keeper>& keepers);

/// What a command line makes of a keeper; the program is empty when it is none's. `text` is as in
/// /proc/PID/cmdline.
Keeper parse_keeper(std::string_view text);

}  // namespace nsplay::target
