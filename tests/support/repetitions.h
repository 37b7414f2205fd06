#pragma once

// How often a test does again what it hopes to meet by chance.

#include <algorithm>

namespace nsplay::test {

/// A sanitizer looks at each call and not at how many there are, and with it, as in an emulated
/// machine, a program takes twenty times as long to start: a tenth has to do.
constexpr int repetitions(int wanted) {
#if defined(__SANITIZE_ADDRESS__) || defined(NSPLAY_TESTS_ARE_EMULATED)
  return std::max(1, wanted / 10);
#else
  return wanted;
#endif
}

}  // namespace nsplay::test
