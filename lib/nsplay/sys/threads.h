#pragma once

// Threads, for the census alone: none is left when anything forks.

#include <cstddef>
#include <functional>

namespace nsplay::sys {

/// How many threads can run at the same time; 1 where that is not known.
std::size_t processors() noexcept;

/// Runs body(0) to body(count - 1) at the same time, the first in the calling thread, and returns
/// when all have returned. A thread that cannot be had is left out: who comes first has to take the
/// others' work. `body` throws nothing.
void run_side_by_side(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace nsplay::sys
