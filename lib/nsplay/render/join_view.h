#pragma once

// What a join would do, for people.

#include <string>

#include "nsplay/ops/join_preview.h"

namespace nsplay::render {

/// One line for each step, in their order.
std::string join_preview_text(const ops::JoinPreview& preview);

}  // namespace nsplay::render
