#pragma once

// The child's side of running a program, shared by create and join. What runs between a clone and
// an exec allocates nothing and looks nothing up: it has only what was prepared.

#include <sys/types.h>

#include <optional>
#include <vector>

#include "nsplay/ops/child_report.h"
#include "nsplay/ops/likeness.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/signals.h"
#include "nsplay/sys/terminal.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

enum class GroupsRule {
  keep,
  set,             ///< setgroups(2) with the supplementary ones
  set_if_allowed,  ///< the same; where that is refused they are kept
};

enum class UnmappedRule {
  fail,
  keep,  ///< an id that turns out to have no mapping is left as it is
};

/// Who the program is.
struct Identity {
  GroupsRule groups = GroupsRule::keep;
  std::vector<gid_t> supplementary;
  /// Set before the crossing, as the caller numbers them; none: left as they are.
  std::optional<std::vector<gid_t>> groups_before;
  std::optional<gid_t> gid;
  std::optional<uid_t> uid;
  std::optional<sys::GroupIds> group_ids;  ///< instead of `gid`, of a target
  std::optional<sys::UserIds> user_ids;    ///< instead of `uid`, of a target
  UnmappedRule unmapped = UnmappedRule::fail;
};

/// What the program may do.
struct Privileges {
  sys::CapabilitySet dropped = 0;
  bool keep_capabilities = false;  ///< those that are not dropped, also as an ordinary user
  bool no_new_privileges = false;
};

enum class InheritedFiles {
  all,       ///< as every program that another one starts gets them
  standard,  ///< stdin, stdout and stderr alone
};

/// Where a program's process stops: says that it is there, and waits for a byte.
struct Checkpoint {
  const sys::UniqueFd* reports = nullptr;
  const sys::UniqueFd* go = nullptr;
};

struct ProgramStart {
  sys::ExecImage* image = nullptr;
  sys::Launcher* launcher = nullptr;        ///< executes the image; none: this process does
  const sys::SignalInbox* inbox = nullptr;  ///< whose mask the program gets back
  const Identity* identity = nullptr;       ///< none: as whoever starts it
  Privileges privileges;
  const Likeness* likeness = nullptr;  ///< instead of `privileges`
  InheritedFiles files = InheritedFiles::standard;
  int preserved_files = 0;  ///< with `standard`: so many from descriptor 3 on are inherited too
  /// When all is set up, before it gets its credentials: later the front process might not be
  /// allowed to look at it (proc(5)).
  std::optional<Checkpoint> checkpoint;
  /// When it has told all that it does, so that this comes before what the program says.
  std::optional<Checkpoint> last_checkpoint;
  StepTeller teller = {};                   ///< of a program that stops there
  bool mounts_proc = false;                 ///< a /proc of the pid namespace that it is born in
  const sys::UniqueFd* terminal = nullptr;  ///< its stdin, stdout, stderr and controlling terminal
  int parent_death_signal = 0;              ///< 0: it may outlive the parent
  const sys::UniqueFd* lifeline = nullptr;  ///< can be read when the parent has ended
  sys::UnbornSibling* unborn = nullptr;     ///< of who starts it in another process's memory
};

/// Of a program that cannot be executed.
ChildReport execution_report(const sys::ExecFailure& failure) noexcept;

/// Becomes the program. Returns only what went wrong.
ChildReport become_program(const ProgramStart& start) noexcept;

enum class Relation { child, sibling };

/// Starts the program as a child or a sibling of the calling process and waits until it has
/// executed that, or its launcher, which then goes on alone. The report has its pid where one
/// was made.
ChildReport start_program(const ProgramStart& start, Relation relation);

/// Tells the front process that the program runs, then stays behind to send the program
/// `end_signal` when the front process is gone, however that was ended. The kernel's own way,
/// PR_SET_PDEATHSIG, is lost as soon as the program changes its credentials (prctl(2)).
/// Whatever the front process has made of stdin's terminal is undone then too, and not before.
/// Without a terminal, the guard may be in the front process's own memory. Returns the status that
/// it has to exit with at once.
int guard_program(const ChildReport& started,
                  const sys::UniqueFd& reports,
                  const sys::UniqueFd& lifeline,
                  int end_signal,
                  const sys::TerminalSettings* terminal = nullptr);

}  // namespace nsplay::ops
