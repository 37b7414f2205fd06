#pragma once

// Who is in a namespace: one look at every process of the machine that the caller may look at,
// which nothing asks for by default.

#include <sys/types.h>

#include <cstddef>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"

namespace nsplay::ns {

struct Members {
  std::vector<std::vector<pid_t>> of;  ///< in the order of what was asked for; no zombies
  std::size_t unreadable = 0;          ///< processes that the caller may not look at
};

/// The namespaces have to be held open by the caller meanwhile. Errors: those of reading /proc.
Result<Members> find_members(const std::vector<NamespaceRef>& namespaces);

}  // namespace nsplay::ns
