#pragma once

// The process that crosses. It is forked with everything prepared, joins the namespaces, starts the
// program as a child of the front process, and stays as the program's guard.

#include "nsplay/ops/crossing.h"
#include "nsplay/ops/launch.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {

/// Where the program is in the target's mount namespace.
struct Place {
  sys::UniqueFd root;
  sys::UniqueFd working_directory;
};

struct WorkerPlan {
  const Crossing* crossing = nullptr;
  const Place* place = nullptr;  ///< when mnt is joined from a process
  Identity identity;
  sys::ExecImage* image = nullptr;
  const sys::SignalInbox* inbox = nullptr;
  sys::Pipe reports;
  sys::Pipe lifeline;
};

/// The worker's exit status; its report says what failed.
int run_worker(WorkerPlan& plan);

}  // namespace nsplay::ops
