#pragma once

// A source of the census: mount namespaces that nobody has to name, since the kernel leads from one
// to the next (NS_MNT_GET_NEXT, Linux 6.12).

#include "nsplay/ns/census/inventory.h"

namespace nsplay::ns {

/// Adds those that are not there yet. Nothing on an older kernel, and without CAP_SYS_ADMIN over
/// the owner of each. Errors: EMFILE, as
/// scan_processes()'.
Result<> add_unnamed_mount_namespaces(Inventory& inventory);

}  // namespace nsplay::ns
