#include "nsplay/sys/glance.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "nsplay/base/text.h"
#include "nsplay/sys/kernel_abi.h"

namespace nsplay::sys {
namespace {

Opening opening_from(long fd) noexcept {
  return fd < 0 ? Opening{UniqueFd(), errno} : Opening{UniqueFd(static_cast<int>(fd)), 0};
}

/// Whether its last close may wait, SO_LINGER of socket(7). When its owner has closed it meanwhile
/// the last one is ours; the end of the process waits for nothing.
bool lingers(const UniqueFd& socket) noexcept {
  linger option = {};
  socklen_t size = sizeof option;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &option, &size) == 0 &&
         option.l_onoff != 0;
}

}  // namespace

Opening open_task(pid_t id, TaskType type) noexcept {
  const unsigned flags = type == TaskType::thread ? abi::pidfd_thread : 0U;
  return opening_from(::syscall(SYS_pidfd_open, id, flags));
}

Opening open_quietly(const UniqueFd& directory, const char* name, int flags) noexcept {
  return opening_from(::openat(directory.get(), name, flags | O_CLOEXEC));
}

Glance glance_by_pidfd(const UniqueFd& pidfd, unsigned request) noexcept {
  Glance glance;
  const int fd = ::ioctl(pidfd.get(), request, 0);
  if (fd < 0) {
    glance.errnum = errno;
    return glance;
  }
  glance.file = UniqueFd(fd);
  if (::ioctl(fd, abi::ns_get_id, &glance.number) != 0) {
    glance.errnum = errno;
  }
  return glance;
}

LinkGlance glance_at_link(const UniqueFd& directory, const char* name) noexcept {
  std::array<char, 64> text = {};
  const auto size = ::readlinkat(directory.get(), name, text.data(), text.size());
  if (size < 0) {
    return {0, errno};
  }
  const std::string_view link(text.data(), static_cast<std::size_t>(size));
  const auto begin = link.find('[');
  if (begin == std::string_view::npos || !link.ends_with(']')) {
    return {0, EINVAL};
  }
  const auto inode = parse_number<std::uint64_t>(link.substr(begin + 1, link.size() - begin - 2));
  return inode ? LinkGlance{*inode, 0} : LinkGlance{0, EINVAL};
}

FileGlance glance_at_file(const UniqueFd& directory, const char* name) noexcept {
  struct statx status = {};
  constexpr unsigned wanted = STATX_TYPE | STATX_INO;
  if (::statx(directory.get(), name, AT_STATX_DONT_SYNC | AT_EMPTY_PATH, wanted, &status) != 0) {
    return {0, 0, false, errno};
  }
  return {gnu_dev_makedev(status.stx_dev_major, status.stx_dev_minor),
          status.stx_ino,
          S_ISSOCK(status.stx_mode),
          0};
}

Opening open_net_of_socket(const UniqueFd& pidfd, int descriptor) noexcept {
  auto [socket, errnum] = opening_from(::syscall(SYS_pidfd_getfd, pidfd.get(), descriptor, 0U));
  if (!socket) {
    return {UniqueFd(), errnum};
  }
  auto net = opening_from(::ioctl(socket.get(), SIOCGSKNS));
  if (lingers(socket)) {
    static_cast<void>(socket.release());
  }
  return net;
}

std::uint64_t link_count(const UniqueFd& directory, const char* name) noexcept {
  struct stat status = {};
  return ::fstatat(directory.get(), name, &status, 0) == 0 ? status.st_nlink : 0;
}

}  // namespace nsplay::sys
