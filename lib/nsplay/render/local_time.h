#pragma once

// Moments as people read them.

#include <chrono>
#include <string>

namespace nsplay::render {

/// "2026-11-23 18:55:08", in the time zone of the machine.
std::string local_time(std::chrono::system_clock::time_point moment);

}  // namespace nsplay::render
