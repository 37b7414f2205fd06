#pragma once

// nsplay list --plays as people read it.

#include <string>

#include "nsplay/ops/plays.h"

namespace nsplay::render {

/// A line per play: its name, its process, since when, which of its namespaces were made for it.
std::string plays_text(const ops::PlaysReport& report);

}  // namespace nsplay::render
