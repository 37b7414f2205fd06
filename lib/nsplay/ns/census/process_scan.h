#pragma once

// The first source of the census: every process in /proc, the namespaces that wait for its next
// child, and, since they are found with it, the threads that are elsewhere, threads.h.

#include <cstddef>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/holders.h"
#include "nsplay/ns/census/sightings.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ns {

struct ProcessScan {
  std::vector<Sighting> sightings;  ///< of two threads' scans: a namespace may be there twice
  std::size_t unreadable = 0;       ///< processes that the caller may not look at
  std::vector<std::vector<Holder>> holders;  ///< who is in each of the watched ones
};

/// `watched`: of these everybody is noted, for as long as the caller holds them; their kinds are
/// among `kinds`. A process that ends meanwhile is not there. Errors: those of reading /proc;
/// EMFILE, there are more namespaces than the process may have descriptors.
Result<ProcessScan> scan_processes(KindSet kinds,
                                   const std::vector<NamespaceRef>& watched,
                                   const OnProgress& on_progress = {});

}  // namespace nsplay::ns
