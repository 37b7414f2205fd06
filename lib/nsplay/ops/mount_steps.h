#pragma once

// The child's side of the mounts of create: system calls on what create_mounts.h has prepared.

#include "nsplay/ops/child_report.h"
#include "nsplay/ops/create_mounts.h"

namespace nsplay::ops {

/// `value` of a report whose subject is the new root directory, and no mount.
constexpr std::int64_t the_root = -1;

/// In this order: propagation, what is mounted is made, the root directory is left for the new one,
/// what was made is attached, the working directory. A report without errno: all is done.
ChildReport set_up_mounts(MountPlan& plan, const StepTeller& teller) noexcept;

}  // namespace nsplay::ops
