#include "nsplay/sys/pidfd.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/kernel_abi.h"

namespace nsplay::sys {
namespace {

Result<Pidfd> open_with_flags(pid_t pid, unsigned flags) {
  const long fd = ::syscall(SYS_pidfd_open, pid, flags);
  if (fd < 0) {
    const int error = errno;
    return fail(Error::of(error, "pidfd_open", std::to_string(pid)));
  }
  return Pidfd(UniqueFd(static_cast<int>(fd)), pid);
}

}  // namespace

int signal_pidfd(const UniqueFd& pidfd, int signal) noexcept {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0U));
}

Result<Pidfd> Pidfd::open(pid_t pid) {
  return open_with_flags(pid, 0);
}

Result<Pidfd> Pidfd::open_thread(pid_t tid) {
  return open_with_flags(tid, abi::pidfd_thread);
}

bool Pidfd::exists() const {
  // Without the call (ENOSYS, or a seccomp filter's EPERM) nobody can tell; then it counts as
  // there.
  return signal_pidfd(fd_, 0) == 0 || errno != ESRCH;
}

Result<> Pidfd::send_signal(int signal) const {
  if (signal_pidfd(fd_, signal) != 0) {
    const int error = errno;
    return fail(Error::of(error, "pidfd_send_signal", std::to_string(pid_)));
  }
  return {};
}

Result<std::optional<std::uint64_t>> Pidfd::inode() const {
  const std::string shown_as = "pidfd of " + std::to_string(pid_);
  if (TRY(file_system_type(fd_, shown_as)) != abi::pidfs_magic) {
    return std::nullopt;
  }
  return TRY(identity_of(fd_, shown_as)).inode;
}

Result<UniqueFd> Pidfd::get_namespace(unsigned request, std::string_view shown_as) const {
  const int fd = ::ioctl(fd_.get(), request, 0);
  if (fd < 0) {
    const int error = errno;
    return fail(Error::of(error, "pidfd ioctl", shown_as));
  }
  return UniqueFd(fd);
}

Result<UniqueFd> Pidfd::net_namespace_of_socket(int descriptor) const {
  const std::string shown_as =
      "descriptor " + std::to_string(descriptor) + " of process " + std::to_string(pid_);
  const UniqueFd socket(static_cast<int>(::syscall(SYS_pidfd_getfd, fd_.get(), descriptor, 0U)));
  if (!socket) {
    const int error = errno;
    return fail(Error::of(error, "pidfd_getfd", shown_as));
  }
  UniqueFd net(::ioctl(socket.get(), SIOCGSKNS));
  if (!net) {
    const int error = errno;
    return fail(Error::of(error, "SIOCGSKNS", shown_as)
                    .with_hint(error == ENOTTY ? "it is no socket" : ""));
  }
  return net;
}

}  // namespace nsplay::sys
