#pragma once

// Who a joined program was asked to be: names and numbers, looked up where the program will run.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_sources.h"
#include "nsplay/ops/launch.h"
#include "nsplay/ops/mapped_ids.h"

namespace nsplay::ops {

struct IdentitySources {
  const JoinSources& sources;
  const MappedIds* ids = nullptr;  ///< of the user namespace that is joined; none: the caller's
  const sys::UniqueFd& root;       ///< whose /etc/passwd and /etc/group know the names
  std::vector<std::string>& notes;
};

/// Puts what was asked for in place of what `identity` has of it. Errors: a name that nobody has
/// there; usage, no process to follow.
Result<> look_up_identity(const IdentityRequest& request,
                          const IdentitySources& from,
                          Identity& identity);

}  // namespace nsplay::ops
