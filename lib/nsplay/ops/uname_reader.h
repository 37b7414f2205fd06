#pragma once

// The uname of another uts namespace. The kernel shows it to nobody but a process that is in it, so
// a helper process goes there and says what it saw.

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/sys/uts.h"

namespace nsplay::ops {

/// `user` is the user namespace to join first when the caller may not join the uts namespace
/// itself; may be null. Errors: EPERM the caller has CAP_SYS_ADMIN over neither.
Result<sys::Uname> read_uname_in(const ns::NamespaceHandle& uts, const ns::NamespaceHandle* user);

}  // namespace nsplay::ops
