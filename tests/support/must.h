#pragma once

// For what a forked child of a test has to achieve before there is anything to test: it cannot
// throw, and must not go on.

#include <string_view>

namespace nsplay::test {

/// The exit status of a child whose setting-up failed.
inline constexpr int set_up_failed = 99;

/// Ends this process with `set_up_failed` and a line on stderr that names `what` and the errno.
void must(bool achieved, std::string_view what) noexcept;

}  // namespace nsplay::test
