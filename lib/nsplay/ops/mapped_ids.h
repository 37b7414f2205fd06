#pragma once

// Which ids a user namespace maps, as a process in it shows them, and what can be done with them.

#include <string>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {

struct MappedIds {
  procfs::IdMap users;
  procfs::IdMap groups;
  bool may_set_groups = false;
};

/// Errors: those of reading and parsing uid_map and gid_map.
Result<MappedIds> mapped_ids_of(const procfs::ProcessDir& process);

/// The same of a user namespace that no process is known of: a child enters it, and shows them.
/// Errors: those of setns(2).
Result<MappedIds> mapped_ids_in(const ns::NamespaceHandle& user_namespace);

/// "uid 4711 has no mapping there".
Error unmapped(std::string_view what, const std::string& asked);

}  // namespace nsplay::ops
