#pragma once

// Every namespace of the machine that the caller gets to see, and who is in it.

#include <cstddef>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/inventory.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ns {

/// Owners and parents of what is found. Of user and pid namespaces they are always added.
enum class Relatives { skip, add };

enum class Sources {
  quick,  ///< processes, threads, next children, the caller's own bind mounts
  all,    ///< descriptors, sockets, every mount namespace and what is bound there, listns
};

struct CensusRequest {
  KindSet kinds = KindSet::all();        ///< those of others may be there as well
  Relatives relatives = Relatives::add;  ///< owners are of kind user, whatever was asked for
  Sources sources = Sources::quick;
  std::vector<NamespaceRef> watched = {};  ///< whose every holder is noted; the caller holds them
  OnProgress on_progress = {};
};

struct Census {
  std::vector<CensusEntry> entries;
  std::size_t unreadable_processes = 0;  ///< that the caller may not look at
};

/// Every namespace is held, for which the hard limit of descriptors counts. Errors: those of
/// reading /proc; EMFILE, there are more namespaces than descriptors.
Result<Census> take_census(const CensusRequest& request);

}  // namespace nsplay::ns
