#pragma once

// One look at one namespace of a process or a thread, for loops over thousands of them: nothing is
// worded, and nothing is allocated.

#include <sys/types.h>

#include <cstdint>

#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

enum class TaskType { process, thread };

/// What an attempt to open something came to.
struct Opening {
  UniqueFd file;
  int errnum = 0;
};

/// pidfd_open(2), of a thread with PIDFD_THREAD (Linux 6.9). ESRCH: it is gone.
Opening open_task(pid_t id, TaskType type) noexcept;

/// openat(2); O_CLOEXEC is added.
Opening open_quietly(const UniqueFd& directory, const char* name, int flags) noexcept;

struct Glance {
  UniqueFd file;             ///< the namespace, held
  std::uint64_t number = 0;  ///< NS_GET_ID
  int errnum = 0;
};

/// A PIDFD_GET_*_NAMESPACE request and NS_GET_ID: a namespace is known by its id again, which costs
/// half of what fstat(2) would. ENOTTY: before Linux 6.11, 6.18; ESRCH: it is gone or a zombie;
/// EACCES, EPERM: not allowed to look at it.
Glance glance_by_pidfd(const UniqueFd& pidfd, unsigned request) noexcept;

struct LinkGlance {
  std::uint64_t inode = 0;
  int errnum = 0;
};

/// The inode that a link as "uts:[4026531838]" names, readlinkat(2): it does not touch what it
/// links to. EINVAL: the link is another.
LinkGlance glance_at_link(const UniqueFd& directory, const char* name) noexcept;

struct FileGlance {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool is_socket = false;
  int errnum = 0;
};

/// What a name, links followed, leads to; the empty name, what the descriptor itself is of:
/// statx(2) as the kernel knows it by now, which waits for no server of a file system that may be
/// hung.
FileGlance glance_at_file(const UniqueFd& directory, const char* name) noexcept;

/// A socket of the process that is `descriptor` there, and its network namespace: pidfd_getfd(2),
/// SIOCGSKNS. EPERM: not allowed to trace the process, or without CAP_NET_ADMIN over the owner of
/// the namespace; EBADF: it is closed by now; ENOSYS: before Linux 5.6. A socket
/// whose close may wait (SO_LINGER) stays open here until this process ends.
Opening open_net_of_socket(const UniqueFd& pidfd, int descriptor) noexcept;

/// How many links a directory has, fstatat(2); 0: it cannot be said.
std::uint64_t link_count(const UniqueFd& directory, const char* name) noexcept;

}  // namespace nsplay::sys
