#pragma once

// What the kernel demands of an id map before it takes one, user_namespaces(7), asked beforehand:
// its own answer is EPERM or EINVAL and nothing else.

#include <cstdint>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/procfs/id_map.h"

namespace nsplay::ops {

/// Who writes a map.
enum class MapAuthor {
  caller,
  program,  ///< newuidmap(1), newgidmap(1), which may more than an ordinary user
};

/// What counts about the caller, for uid_map or for gid_map.
struct MapCircumstances {
  std::string_view file;          ///< "uid_map", "gid_map"
  procfs::IdMap parent;           ///< of the caller's user namespace, as it shows itself
  std::uint32_t own_id = 0;       ///< the caller's effective one, which owns the new namespace
  bool may_set_ids = false;       ///< CAP_SETUID, CAP_SETGID there
  bool may_map_zero = true;       ///< CAP_SETFCAP there, which uid_map wants since Linux 5.12
  bool setgroups_denied = false;  ///< gid_map: as it will be when the map is written
};

/// The one line that the kernel takes from an ordinary user: his own id.
bool is_only_own_id(const procfs::IdMap& map, std::uint32_t own_id);

/// Who can write the map. Errors name the line and the rule: too many lines or bytes; ids that the
/// caller's own namespace does not map; its id 0 without CAP_SETFCAP.
Result<MapAuthor> author_of(const procfs::IdMap& map, const MapCircumstances& here);

}  // namespace nsplay::ops
