#pragma once

// How many processes are in a namespace: one look at every process of the machine that the caller
// may look at. Costs about 40 microseconds a process, so nothing asks for it by default.

#include <cstddef>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"

namespace nsplay::ns {

struct Census {
  std::vector<std::size_t> members;  ///< in the order of what was asked for; zombies do not count
  std::size_t unreadable = 0;        ///< processes that the caller may not look at
};

/// The namespaces have to be held open by the caller meanwhile.
Result<Census> count_members(const std::vector<NamespaceRef>& namespaces);

}  // namespace nsplay::ns
