#pragma once

// The process that crosses. It is born with everything prepared, in most cases in the front
// process's own memory (start_child_in_same_memory()), joins the namespaces, starts the program as
// a child of the front process, and stays as the program's guard.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/ops/child_report.h"
#include "nsplay/ops/crossing.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_cgroups.h"
#include "nsplay/ops/join_context.h"
#include "nsplay/ops/launch.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/signals.h"
#include "nsplay/sys/terminal.h"

namespace nsplay::ops {

/// What becomes of a working directory that turns out to lie outside of the root directory.
enum class OutsideRule {
  keep,
  leave,  ///< for the root directory
  refuse,
};

/// Where the program is. What has a descriptor was opened before the crossing.
struct Place {
  sys::UniqueFd root;               ///< none: that of the namespaces
  sys::UniqueFd working_directory;  ///< none: the root directory
  std::string directory_there;      ///< instead, a path to look up after the crossing; may be empty
  OutsideRule outside = OutsideRule::leave;
};

/// A terminal of the program's own.
struct ProgramTerminal {
  sys::Pty pty;
  std::optional<sys::TerminalSettings> original;  ///< of the user's, if stdin is one and we have it
};

struct WorkerPlan {
  const Crossing* crossing = nullptr;
  const Place* place = nullptr;  ///< none: where the namespaces leave it
  const Identity* identity = nullptr;
  const std::vector<OpenCgroup>* cgroups = nullptr;
  bool is_in_unified_cgroup = false;     ///< born there
  const Likeness* likeness = nullptr;    ///< none: `privileges` count
  const ExecContext* context = nullptr;  ///< none: that of the caller
  FreshMounts fresh_mounts;
  Privileges privileges;
  int preserved_files = 0;
  const ProgramTerminal* terminal = nullptr;  ///< none: the caller's streams
  sys::ExecImage* image = nullptr;
  std::optional<sys::Launcher> launcher;  ///< none: nothing of the target's is executed
  const sys::SignalInbox* inbox = nullptr;
  sys::Pipe reports;
  sys::Pipe lifeline;
  StepTeller teller;
  sys::Pipe go;  ///< of a worker that tells its steps: a byte, all of them have been told
};

/// The worker's exit status; its report says what failed. `program` has the program's pid before
/// its exec.
int run_worker(WorkerPlan& plan, sys::UnbornSibling& program);

/// The same without a child: the calling process crosses and becomes the program. Returns only what
/// went wrong.
ChildReport cross_and_become_program(WorkerPlan& plan);

}  // namespace nsplay::ops
