#pragma once

// Which ids a new user namespace maps, and writing that down, user_namespaces(7).

#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/id_map_rules.h"
#include "nsplay/ops/id_request.h"
#include "nsplay/ops/narration.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {

struct SideMapping {
  procfs::IdMap map;  ///< empty: not written
  MapAuthor author = MapAuthor::caller;
};

struct IdMapping {
  SideMapping users;
  SideMapping groups;
  std::optional<Setgroups> setgroups;  ///< none: as the kernel has it, that is allowed
};

/// What was asked for, checked by the kernel's rules. Where nothing was, a caller who may map any
/// id keeps every id as it is, and anybody else becomes root, and only that. Notes say what the
/// caller may not expect. Errors: usage; a name that nobody has; no subordinate ids; a rule that
/// the map breaks.
Result<IdMapping> id_mapping_for(const IdsRequest& request, std::vector<std::string>& notes);

/// Writes the maps of a process whose user namespace has none yet. From its parent namespace: the
/// kernel lets nobody inside write more than one line. Errors: EPERM; what newuidmap(1) says, or
/// that it is not installed; interrupted.
Result<> write_id_mapping(const procfs::PinnedProcess& process,
                          const IdMapping& mapping,
                          const sys::SignalInbox& inbox,
                          const Narrator& narrator);

}  // namespace nsplay::ops
