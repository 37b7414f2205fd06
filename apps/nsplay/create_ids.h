#pragma once

// The options of create that say which ids a new user namespace maps, and whose it is.

#include <vector>

#include "nsplay/ops/id_request.h"

#include "options.h"

namespace nsplay::app {

std::vector<Option> id_options();

/// Usage error: a value that makes no sense.
Result<ops::IdsRequest> ids_from(const Arguments& arguments);

}  // namespace nsplay::app
