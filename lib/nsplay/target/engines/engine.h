#pragma once

// Container engines, as far as they say on disk and in /proc which process is which container's
// init: one row of a table and one file for each. No daemon is asked, no engine's command run.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/target/engines/keepers.h"

namespace nsplay::target {

/// Whether what is said of a process may still be true.
enum class Standing {
  open,     ///< the process itself will show
  refuted,  ///< what else the engine keeps says that it is not
};

/// By what a process shows that it is a container's init, where no start time is recorded.
enum class Sign {
  first_process,  ///< of a pid namespace below the caller's; or a cgroup that is the container's
  own_mounts,     ///< it is in another mnt namespace than its keeper, whatever else it has
};

/// What an engine's files or processes say of a container. Nothing of it is verified.
struct Candidate {
  std::vector<std::string> names;  ///< that it may be asked for by; the first is the one shown
  std::vector<std::string> ids;    ///< the same; of most engines by a unique beginning too
  pid_t pid = 0;                   ///< of its init; 0: it is not running
  std::optional<std::uint64_t> start_time;  ///< of that, field 22 of /proc/PID/stat
  pid_t keeper = 0;    ///< the process whose child its init has to be; 0: none is known
  uid_t said_by = 0;   ///< the keeper's user; of a file 0, as others' are not believed
  std::string source;  ///< the file that says so
  std::optional<std::chrono::system_clock::time_point> written;  ///< when, of a file
  std::string unit;  ///< of systemd, that its init is in; empty: none is known
  Standing standing = Standing::open;
  Sign sign = Sign::first_process;
};

/// What the engines know, and what could not be looked at.
struct Findings {
  std::vector<Candidate> candidates;
  std::vector<std::string> searched;    ///< directories and files, whether they are there or not
  std::vector<std::string> unreadable;  ///< those among them that are kept from the caller
  std::vector<Error> broken;            ///< files that are not what they should be
};

/// The container that a keeper says it has.
Candidate kept_candidate(const Keeper& keeper,
                         std::vector<std::string> names,
                         std::vector<std::string> ids);

/// Where the engines of a machine look for their files; tests have a machine of their own.
struct Machine {
  std::string root;               ///< put before every path that begins with a slash
  uid_t uid = 0;                  ///< whose files are believed, beside root's
  std::string data_directory;     ///< of an ordinary user, ~/.local/share
  std::string runtime_directory;  ///< of an ordinary user, /run/user/UID
  std::vector<Keeper> keepers;
};

/// This machine, for the caller, as far as these processes keep it.
Machine machine_with(std::vector<Keeper> keepers);

/// The same with all keepers. Errors: those of find_keepers().
Result<Machine> this_machine();

/// Whether a beginning stands for an id.
enum class Ids {
  may_be_cut,
  whole,  ///< it is a pid, whose beginning is another one
};

struct Engine {
  std::string_view name;   ///< what comes before the colon of a TARGET
  std::string_view alias;  ///< the same; may be empty
  void (*find)(const Machine& machine, Findings& findings);
  /// The name of a container's cgroup may be its id and nothing else. What the engine says has to
  /// be root's or the caller's own then: "user.slice" would be an id too.
  bool has_bare_cgroups = false;
  Ids ids = Ids::may_be_cut;
};

/// Those that build on others' runtimes come before these, as a process is of the first that knows
/// it.
std::span<const Engine> all_engines() noexcept;

/// What an engine says.
struct EngineFindings {
  const Engine* engine = nullptr;
  Findings findings;
};

/// Each of these, in their order.
std::vector<EngineFindings> ask_engines(const Machine& machine, std::span<const Engine> engines);

/// By name or alias; nullptr: there is none.
const Engine* engine_named(std::string_view word) noexcept;

}  // namespace nsplay::target
