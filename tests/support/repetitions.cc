#include "support/repetitions.h"

#include <algorithm>

#include "nsplay/ops/environment.h"
#include "nsplay/sys/execution.h"

namespace nsplay::test {
namespace {

bool is_slow() {
#ifdef NSPLAY_SANITIZED
  return true;
#else
  return !ops::variable(sys::own_environment(), "NSPLAY_TESTS_ARE_EMULATED").empty();
#endif
}

}  // namespace

int repetitions(int wanted) {
  return is_slow() ? std::max(1, wanted / 10) : wanted;
}

}  // namespace nsplay::test
