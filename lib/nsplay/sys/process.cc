#include "nsplay/sys/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace nsplay::sys {
namespace {

/// As the machine itself has them mounted.
constexpr unsigned long safe_mount_flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

int errno_of(int result) noexcept {
  return result == 0 ? 0 : errno;
}

/// The soft limit may have been higher when a descriptor was made.
int highest_descriptor() noexcept {
  constexpr rlim_t most = 1048576;  // the default of fs.nr_open
  struct rlimit limit = {};
  const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
  return static_cast<int>(known ? std::min(limit.rlim_max, most) : most);
}

void close_between(int first, int last) noexcept {
  if (first > last || ::syscall(SYS_close_range, first, last, 0U) == 0) {
    return;
  }
  const int end = std::min(last, highest_descriptor());
  for (int fd = first; fd <= end; ++fd) {
    ::close(fd);
  }
}

}  // namespace

pid_t own_pid() noexcept {
  return ::getpid();
}

void exit_now(int status) noexcept {
  ::_exit(status);
}

void set_dumpable(Dumpable dumpable) noexcept {
  ::prctl(PR_SET_DUMPABLE, dumpable == Dumpable::yes ? 1 : 0, 0, 0, 0);
}

Dumpable own_dumpability() noexcept {
  return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1 ? Dumpable::yes : Dumpable::no;
}

void set_parent_death_signal(int signal) noexcept {
  ::prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

void start_session() noexcept {
  ::setsid();
}

bool is_session_leader() noexcept {
  return ::getsid(0) == ::getpid();
}

void close_on_exec_from(int first) noexcept {
  if (::syscall(SYS_close_range, first, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0) {
    return;
  }
  const int end = highest_descriptor();
  for (int fd = first; fd < end; ++fd) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

void close_from(int first, std::initializer_list<int> kept) noexcept {
  int next = first;
  while (next >= 0) {
    // The lowest of those that are still ahead.
    int barrier = -1;
    for (const int fd : kept) {
      if (fd >= next && (barrier < 0 || fd < barrier)) {
        barrier = fd;
      }
    }
    close_between(next, barrier < 0 ? INT_MAX : barrier - 1);
    next = barrier < 0 ? -1 : barrier + 1;
  }
}

void close_here(const UniqueFd& file) noexcept {
  if (file) {
    ::close(file.get());
  }
}

void occupy_standard_streams() noexcept {
  for (int stream = 0; stream <= 2; ++stream) {
    if (::fcntl(stream, F_GETFD) < 0) {
      // The lowest free number is this one. A program that we start shall find it as useless as we
      // do, so it is not close-on-exec.
      ::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);  // NOLINT(android-cloexec-open)
    }
  }
}

void leave_input_and_output() noexcept {
  const UniqueFd null_device(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ::dup2(null_device.get(), STDIN_FILENO);
  ::dup2(null_device.get(), STDOUT_FILENO);
}

int use_as_standard_streams(const UniqueFd& file) noexcept {
  for (int stream = 0; stream <= 2; ++stream) {
    if (::dup2(file.get(), stream) < 0) {
      return errno;
    }
  }
  return 0;
}

int change_directory(const char* path) noexcept {
  return errno_of(::chdir(path));
}

int change_directory_without_magic(const char* path) noexcept {
  open_how how = {};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_MAGICLINKS;
  const UniqueFd directory(
      static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how)));
  if (!directory) {
    return errno == ENOSYS ? change_directory(path) : errno;
  }
  return change_directory(directory);
}

int change_directory(const UniqueFd& directory) noexcept {
  return errno_of(::fchdir(directory.get()));
}

int change_root(const UniqueFd& directory) noexcept {
  const int error = errno_of(::fchdir(directory.get()));
  return error != 0 ? error : errno_of(::chroot("."));
}

bool working_directory_is_inside_root() noexcept {
  // The system call itself: glibc's getcwd(3) would go and search for a path that the kernel calls
  // "(unreachable)/…" (getcwd(2)).
  std::array<char, PATH_MAX> path = {};
  return ::syscall(SYS_getcwd, path.data(), path.size()) > 0 && path[0] == '/';
}

int make_mounts_follow() noexcept {
  return errno_of(::mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr));
}

int mount_sys() noexcept {
  return errno_of(::mount("sysfs", "/sys", "sysfs", safe_mount_flags, nullptr));
}

int mount_proc() noexcept {
  return errno_of(::mount("proc", "/proc", "proc", safe_mount_flags, nullptr));
}

}  // namespace nsplay::sys
