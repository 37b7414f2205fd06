#include "support/must.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace nsplay::test {

void must(bool achieved, std::string_view what) noexcept {
  if (achieved) {
    return;
  }
  const int error = errno;
  const std::string message = std::generic_category().message(error);
  std::fprintf(stderr,
               "cannot set the test up: %.*s: %s\n",
               static_cast<int>(what.size()),
               what.data(),
               message.c_str());
  ::_exit(set_up_failed);
}

}  // namespace nsplay::test
