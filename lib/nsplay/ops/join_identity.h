#pragma once

// As whom a joined program runs: what fits the user namespace, or what the caller asked for.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_sources.h"
#include "nsplay/ops/launch.h"

namespace nsplay::ops {

/// Usage error: wishes that contradict each other.
Result<> check_identity(const IdentityRequest& request);

/// `root` is the program's root directory, whose /etc/passwd and /etc/group know the names; none:
/// the caller's. Notes say what differs from what the caller may expect. Errors: a name that
/// nobody has there; an id that the joined user namespace does not map.
Result<Identity> identity_for(const IdentityRequest& request,
                              const JoinSources& sources,
                              const std::vector<ns::NamespaceHandle>& joined,
                              const sys::UniqueFd& root,
                              std::vector<std::string>& notes);

}  // namespace nsplay::ops
