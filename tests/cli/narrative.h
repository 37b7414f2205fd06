#pragma once

// What --narrate has told, as its tests look at it.

#include <string>

#include "support/run_nsplay.h"

namespace nsplay::test {

/// The lines that were narrated, without "nsplay: narrate: ".
Words narrated_in(const std::string& text);

}  // namespace nsplay::test
