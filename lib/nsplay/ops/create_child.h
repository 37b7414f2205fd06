#pragma once

// What the child of `nsplay create` does, from its clone on: it sets its namespaces up, then holds
// them, is the init of a program, guards one, or becomes it.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/ops/child_report.h"
#include "nsplay/ops/create.h"
#include "nsplay/ops/create_mounts.h"
#include "nsplay/ops/detached_child.h"
#include "nsplay/ops/id_maps.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/init_program.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {

/// How the child is born.
enum class Birth {
  fork,            ///< it has a copy of everything
  in_same_memory,  ///< sys::start_child_in_same_memory(): it executes something before it is ready
};

/// Everything that was made before the clone.
struct ChildPlan {
  const CreateRequest* request = nullptr;
  ns::KindSet kinds;         ///< with what was added to the request
  IdMapping id_mapping;      ///< of a new user namespace
  std::string time_offsets;  ///< as the kernel reads them
  MountPlan mounts;
  std::optional<sys::ExecImage> image;   ///< of the program
  std::optional<Identity> identity;      ///< the same
  std::optional<sys::InitProgram> init;  ///< where it can be had
  Birth birth = Birth::fork;
  sys::BodyInSameMemory body;
  bool is_ready_to_execute = false;  ///< written by a child in the same memory
  CreatedCgroup cgroup;
  UntoldProgramGuard guard;
  bool has_to_be_moved = false;  ///< into the cgroup, by the front process
  sys::SignalInbox inbox;        ///< the front process's
  sys::Pipe go;                  ///< a byte: see waits_for_go(); another: the report is made
  sys::Pipe reports;
  sys::Pipe lifeline;
  sys::Pipe stops;  ///< see Session::Parts
  sys::UniqueFd null_device;
  StepTeller teller;
};

/// What the child is: it holds the namespaces, or is the init or the guard of the program, or
/// becomes the program itself.
enum class Role { holder, init, guard, program };

/// Those of the child before it is ready, in their order; a request needs some of them.
std::vector<Step> steps_of_set_up();

/// Decided by the request and by whether there is a new pid namespace.
Role role_of(const ChildPlan& plan) noexcept;

/// Whether nobody ends the program with a front process that was killed before it told of it.
bool needs_guard_until_told(const ChildPlan& plan) noexcept;

/// Whether the front process has to do something before the child may set anything up.
bool waits_for_go(const ChildPlan& plan) noexcept;

/// Whether the child only makes its namespaces and executes something: then it need not be forked.
bool fits_in_same_memory(const ChildPlan& plan) noexcept;

/// The child's exit status; 125 after a report of what failed.
int run_child(ChildPlan& plan);

}  // namespace nsplay::ops
