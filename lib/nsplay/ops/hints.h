#pragma once

// From an errno to its cause and cure. Only asked after a failure, so it may look at whatever it
// needs.

#include <string>

#include "nsplay/base/error.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {

/// Why clone(2) refused new namespaces, and the cure; empty when it is not known.
std::string creation_hint(int errnum, ns::KindSet kinds);

/// Why the caller may not look at the namespaces of a process (ptrace(2), PTRACE_MODE_READ).
std::string access_hint(const procfs::PinnedProcess& process);

/// Why setns(2) into this namespace is refused; empty when the capability rules would allow it.
std::string crossing_hint(const ns::NamespaceHandle& handle);

/// What is left when no rule explains an EPERM: what the kernel does not show.
std::string unexplained_refusal();

}  // namespace nsplay::ops
