#pragma once

// What --narrate tells, one line for each call and each change.

#include <string>

#include "nsplay/ops/narration.h"

namespace nsplay::render {

/// Without the newline: "child: sethostname('x') = 0", "uts: [4026531838] -> [4026532178]". A call
/// that is about to be made has no result yet.
std::string narrated_line(const ops::Narrated& narrated);

}  // namespace nsplay::render
