#pragma once

// A source of the census: files on which a namespace is bound, in the caller's mount namespace.

#include "nsplay/ns/census/inventory.h"

namespace nsplay::ns {

/// What cannot be read or opened is not there.
void add_own_mounts(Inventory& inventory, KindSet kinds);

}  // namespace nsplay::ns
