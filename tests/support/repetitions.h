#pragma once

// How often a test does again what it hopes to meet by chance.

#include <algorithm>

namespace nsplay::test {

/// A sanitizer looks at each call and not at how many there are, and with it a program takes twenty
/// times as long to start: a tenth has to do.
constexpr int repetitions(int wanted) {
#ifdef __SANITIZE_ADDRESS__
  return std::max(1, wanted / 10);
#else
  return wanted;
#endif
}

}  // namespace nsplay::test
