#pragma once

// A source of the census: files on which a namespace is bound, in every mount namespace.

#include "nsplay/ns/census/inventory.h"
#include "nsplay/ns/census/turns.h"

namespace nsplay::ns {

/// Of the caller's own mount namespace. What cannot be read or opened is not there. Errors: EMFILE,
/// as scan_processes()'.
Result<> add_own_mounts(Inventory& inventory, KindSet kinds);

/// Of every other mount namespace in the inventory, those that this adds included. A helper process
/// enters it, setns(2); where that is refused, a process that is in it is asked, whose root
/// directory may hide some. What is mounted over, or cannot be opened, counts only when the
/// namespace is known already.
Result<> add_foreign_mounts(Inventory& inventory, KindSet kinds, const OnProgress& on_progress);

}  // namespace nsplay::ns
