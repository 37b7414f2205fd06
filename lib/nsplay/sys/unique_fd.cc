#include "nsplay/sys/unique_fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace nsplay::sys {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int UniqueFd::release() noexcept {
  return std::exchange(fd_, -1);
}

Result<UniqueFd> UniqueFd::duplicate() const {
  const int fd = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) {
    const int error = errno;
    return fail(Error::of(error, "fcntl", "F_DUPFD_CLOEXEC"));
  }
  return UniqueFd(fd);
}

void UniqueFd::reset() noexcept {
  if (fd_ >= 0) {
    // Linux frees the descriptor even when close(2) fails; trying again could close somebody
    // else's.
    ::close(std::exchange(fd_, -1));
  }
}

}  // namespace nsplay::sys
