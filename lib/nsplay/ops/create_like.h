#pragma once

// nsplay create --like: namespaces that are as those of a process are.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/create.h"

namespace nsplay::ops {

/// The request with what its `like` has of its own: kinds, id maps, names, clocks. What the request
/// says itself stays as it is. A note says what is not copied, and why. Errors: usage, the target
/// is no process, or has no namespace of its own; those of target::resolve() and of looking at the
/// process.
Result<CreateRequest> with_likeness(CreateRequest request, std::vector<std::string>& notes);

}  // namespace nsplay::ops
