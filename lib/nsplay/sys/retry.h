#pragma once

// A system call that a signal handler interrupted is made again (signal(7), EINTR).

#include <cerrno>

namespace nsplay::sys {

template <typename Call>
auto retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) {
    result = call();
  }
  return result;
}

}  // namespace nsplay::sys
