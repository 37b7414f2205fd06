#pragma once

// Every namespace of the machine that the caller gets to see, and who is in it.

#include <cstddef>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/inventory.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ns {

enum class Relatives { skip, add };

struct CensusRequest {
  KindSet kinds = KindSet::all();
  Relatives relatives = Relatives::add;  ///< owners are of kind user, whatever was asked for
};

struct Census {
  std::vector<CensusEntry> entries;
  std::size_t unreadable_processes = 0;  ///< that the caller may not look at
};

/// Every namespace is held, for which the hard limit of descriptors counts. Errors: those of
/// reading /proc; EMFILE, there are more namespaces than descriptors.
Result<Census> take_census(const CensusRequest& request);

}  // namespace nsplay::ns
