#pragma once

// A source of the census: who owns a namespace and what it lies in, ioctl_ns(2), up to the first
// ones that the caller may see. So namespaces are found that no process is in.

#include "nsplay/ns/census/inventory.h"

namespace nsplay::ns {

/// Also fills in the owner and the parent of every entry. Errors: EMFILE, as scan_processes()'.
Result<> add_relatives(Inventory& inventory);

}  // namespace nsplay::ns
