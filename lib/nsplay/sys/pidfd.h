#pragma once

// A process that cannot turn into another one: pidfd_open(2), Linux 5.3. A number is looked up
// once; from then on this handle is the process.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// pidfd_send_signal(2), Linux 5.1: 0, or -1 with errno ESRCH (it is gone), EPERM, ENOSYS.
int signal_pidfd(const UniqueFd& pidfd, int signal) noexcept;

class [[nodiscard]] Pidfd {
 public:
  Pidfd() = default;
  explicit Pidfd(UniqueFd fd, pid_t pid) noexcept : fd_(std::move(fd)), pid_(pid) {}

  /// Errors: ESRCH no such process, EINVAL or ENOENT the number is a thread's that leads no
  /// process, ENOSYS before Linux 5.3.
  static Result<Pidfd> open(pid_t pid);

  /// The same for one thread, PIDFD_THREAD; EINVAL before Linux 6.9.
  static Result<Pidfd> open_thread(pid_t tid);

  [[nodiscard]] const UniqueFd& fd() const noexcept { return fd_; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// Whether the process still exists; a zombie does. Signal 0 through pidfd_send_signal(2).
  [[nodiscard]] bool exists() const;

  /// pidfd_send_signal(2), Linux 5.1. Errors: ESRCH it is gone, EPERM.
  [[nodiscard]] Result<> send_signal(int signal) const;

  /// The inode of pidfs: never used again within a boot. Empty before Linux 6.9.
  [[nodiscard]] Result<std::optional<std::uint64_t>> inode() const;

  /// One PIDFD_GET_*_NAMESPACE. Errors: ENOTTY before Linux 6.11, EACCES not allowed to look at the
  /// process, ESRCH it is a zombie or gone.
  [[nodiscard]] Result<UniqueFd> get_namespace(unsigned request, std::string_view shown_as) const;

  /// The network namespace of one of the process's sockets, pidfd_getfd(2) and SIOCGSKNS. Errors:
  /// EPERM not allowed to trace the process, EBADF it has no such descriptor, ENOTTY that is no
  /// socket, ENOSYS before Linux 5.6.
  [[nodiscard]] Result<UniqueFd> net_namespace_of_socket(int descriptor) const;

 private:
  UniqueFd fd_;
  pid_t pid_ = 0;
};

}  // namespace nsplay::sys
