#pragma once

// From what was asked for to the lines of an id map. No id is lost on the way: what does not fit
// beside another claim is refused, what may lie anywhere is put where there is room.

#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/id_map.h"

namespace nsplay::ops {

enum class Placement {
  fixed,   ///< as it is written
  as_all,  ///< one of many ids that keep their number; may say once more what a fixed claim says
  free,    ///< `inside` is chosen: the lowest ids that nobody claims, in several pieces if need be
};

/// One range, and the option that asked for it.
struct IdClaim {
  std::string option;
  procfs::IdRange range;
  Placement placement = Placement::fixed;
};

/// Which rule of user_namespaces(7) the range breaks by itself; empty: none. Errors of the kernel
/// would be EINVAL.
std::string broken_rule_of(const procfs::IdRange& range);

/// The map's lines, by their first id inside. `noun` is "uid" or "gid". Usage errors: a range that
/// breaks a rule; an id that is claimed twice, inside or outside.
Result<procfs::IdMap> lay_out(std::vector<IdClaim> claims, std::string_view noun);

}  // namespace nsplay::ops
