#pragma once

// A source of the census: descriptors of processes that are open on a namespace, and on the way the
// sockets of the next one, sockets.h.

#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/inventory.h"
#include "nsplay/ns/census/turns.h"

namespace nsplay::ns {

/// Of every process but this one. What may not be looked at is not there, and neither is a socket
/// that pidfd_getfd(2) refuses. `watched` entries get every holder. Errors: those of reading /proc;
/// EMFILE, there are more namespaces than the process may have descriptors.
Result<> add_descriptors(Inventory& inventory,
                         KindSet kinds,
                         const std::vector<NamespaceRef>& watched,
                         const OnProgress& on_progress);

}  // namespace nsplay::ns
