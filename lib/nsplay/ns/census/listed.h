#pragma once

// A source of the census: namespaces that the kernel lists, whoever keeps them and in whatever way
// (listns, Linux 6.19).

#include "nsplay/ns/census/inventory.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ns {

/// Adds those that are not there yet, of these kinds. Nothing on an older kernel; what the caller
/// may not open is not there. Errors: EMFILE, as scan_processes()'.
Result<> add_listed(Inventory& inventory, KindSet kinds);

}  // namespace nsplay::ns
