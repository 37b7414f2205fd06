#pragma once

// Between the start of a program's process and its execve(2): a time that a hostile target, in
// whose pid namespace the process is, can draw out.

#include <sys/types.h>

#include <optional>
#include <span>

#include "nsplay/base/result.h"
#include "nsplay/ops/cgroup.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {

/// Errors: errno 0, a child of this process was stopped. It has been ended then.
Result<> check_none_stopped();

/// Waits until the launcher in this child, which is in these cgroups, has executed the program. Not
/// empty: why it could not. Errors: those of check_none_stopped() and check_not_frozen();
/// interrupted by a signal.
Result<std::optional<sys::ExecFailure>> await_execution(const sys::Launcher& launcher,
                                                        pid_t program,
                                                        const sys::SignalInbox& inbox,
                                                        std::span<const OpenCgroup> cgroups);

}  // namespace nsplay::ops
