#pragma once

// Which ids a new user namespace maps, and writing that down, user_namespaces(7).

#include "nsplay/base/result.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {

enum class Setgroups {
  allow,
  deny,  ///< what the kernel demands before an unprivileged gid map
};

struct IdMapping {
  procfs::IdMap users;
  procfs::IdMap groups;
  Setgroups setgroups = Setgroups::allow;
};

/// A caller who may map any id keeps every id as it is; anybody else becomes root, and only that.
Result<IdMapping> default_id_mapping();

/// Writes the maps of a process whose user namespace has none yet. From its parent namespace: the
/// kernel lets nobody inside write more than one line. Errors: EPERM.
Result<> write_id_mapping(const procfs::ProcessDir& process, const IdMapping& mapping);

}  // namespace nsplay::ops
