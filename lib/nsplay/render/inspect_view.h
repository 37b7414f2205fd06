#pragma once

// `nsplay inspect` for people.

#include <string>

#include "nsplay/ops/inspect.h"
#include "nsplay/render/style.h"

namespace nsplay::render {

/// The process, its namespaces as a table, and how the unames differ. Text of the target is
/// escaped.
std::string inspect_text(const ops::InspectReport& report, const Style& style);

}  // namespace nsplay::render
