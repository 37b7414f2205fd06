#pragma once

// The uname of another uts namespace. The kernel shows it to nobody but a process that is in it, so
// a helper process goes there and says what it saw.

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/sys/uts.h"

namespace nsplay::ops {

/// An ordinary user joins the user namespace that owns it first, if that is his. Errors: EPERM he
/// may join neither.
Result<sys::Uname> read_uname_in(const ns::NamespaceHandle& uts);

}  // namespace nsplay::ops
