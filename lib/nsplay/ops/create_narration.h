#pragma once

// What `nsplay create` tells of itself: what each step was applied to, and what it changed.

#include <optional>
#include <string>

#include "nsplay/ops/create.h"
#include "nsplay/ops/create_child.h"

namespace nsplay::ops {

/// Of a step, where its error says something else.
std::optional<StepWords> narrated_words(const ChildReport& report, const ChildPlan& plan);

/// That nsplay has become the owner whom the request names.
void narrate_owner(const CreateRequest& request);

/// That the program is about to be executed, which has no result that anybody sees.
void narrate_execution(const CreateRequest& request);

/// The request, which tells what has changed when everything is set up, if somebody listens.
CreateRequest narrated(CreateRequest request);

}  // namespace nsplay::ops
