#pragma once

// Whose a new user namespace is: the caller's, or that of whoever he names.

#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/ops/id_request.h"
#include "nsplay/sys/assumed_ids.h"

namespace nsplay::ops {

sys::UserAndGroup owner_of(const IdsRequest& request);

/// Empty: it is the caller.
std::optional<sys::UserAndGroup> other_owner_of(const IdsRequest& request);

/// Where the request names an owner who is not the caller: the caller is him until the result ends,
/// so that what is cloned meanwhile is his. Errors: EPERM, EINVAL of setresuid(2) and the like.
Result<std::optional<sys::AssumedIds>> become_owner(const IdsRequest& request);

}  // namespace nsplay::ops
