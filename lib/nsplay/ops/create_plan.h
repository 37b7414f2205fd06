#pragma once

// What is made before the child of create: all that it needs, for it looks nothing up itself.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/create.h"
#include "nsplay/ops/create_child.h"

namespace nsplay::ops {

/// The request has to live as long as the plan. `notes` gets what was decided that nobody asked
/// for. Errors: those of its parts, each named.
Result<ChildPlan> plan_child(const CreateRequest& request,
                             ns::KindSet kinds,
                             std::vector<std::string>& notes);

}  // namespace nsplay::ops
