#pragma once

// The options of create for the network of the child.

#include <vector>

#include "nsplay/ops/network_request.h"

#include "options.h"

namespace nsplay::app {

std::vector<Option> network_options();

ops::NetworkRequest network_from(const Arguments& arguments);

}  // namespace nsplay::app
