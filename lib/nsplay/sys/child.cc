#include "nsplay/sys/child.h"

#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>

#include <sanitizer/asan_interface.h>

#include "nsplay/base/try.h"
#include "nsplay/sys/clone_on_stack.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/pidfd.h"
#include "nsplay/sys/process.h"
#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

ProcessChange change_from(const siginfo_t& info) {
  using Kind = ProcessChange::Kind;
  switch (info.si_code) {
    case CLD_EXITED:
      return {Kind::exited, info.si_status};
    case CLD_STOPPED:
    case CLD_TRAPPED:
      return {Kind::stopped, info.si_status};
    case CLD_CONTINUED:
      return {Kind::continued, info.si_status};
    default:
      return {Kind::killed, info.si_status};
  }
}

/// Of a child that was killed.
bool dies_soon(pid_t pid, const UniqueFd& pidfd) noexcept {
  constexpr std::chrono::seconds patience(2);
  if (pidfd) {
    return wait_readable({pidfd.get()}, patience);
  }
  const auto opened = Pidfd::open(pid);
  return !opened || wait_readable({opened->fd().get()}, patience);
}

/// Reaps a child that was killed. False: it cannot die yet. What cgroup v1 has frozen dies when it
/// is thawed.
bool reap_killed(pid_t pid, const UniqueFd& pidfd) noexcept {
  if (!dies_soon(pid, pidfd)) {
    return false;
  }
  siginfo_t info = {};
  retry([&] { return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED); });
  return true;
}

/// A fork with namespaces. Returns the pid, 0 in the child, or -1 with errno.
// NOLINTNEXTLINE(readability-non-const-parameter): the kernel writes there
long clone3_like_fork(std::uint64_t flags, int* pidfd) {
  clone_args arguments = {};
  arguments.flags = flags | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(pidfd);
  arguments.exit_signal = SIGCHLD;
  return ::syscall(SYS_clone3, &arguments, sizeof arguments);
}

/// Linux 5.3 to 5.6 has the call without the member: E2BIG; a seccomp filter may deny it: EPERM.
// NOLINTNEXTLINE(readability-non-const-parameter): the kernel writes there
long clone3_into_cgroup(std::uint64_t flags, const UniqueFd& cgroup, int* pidfd) {
  clone_args arguments = {};
  arguments.flags = flags | CLONE_INTO_CGROUP | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(pidfd);
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<decltype(arguments.cgroup)>(cgroup.get());
  const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid < 0 && (errno == E2BIG || errno == EPERM)) {
    errno = ENOSYS;
  }
  return pid;
}

long clone_like_fork(std::uint64_t flags, int* pidfd) {
  if ((flags & abi::clone_newtime) != 0) {
    errno = ENOSYS;
    return -1;
  }
  const unsigned long all = flags | CLONE_PIDFD | SIGCHLD;
  return ::syscall(SYS_clone, all, nullptr, pidfd, nullptr, 0UL);
}

long clone_best(std::uint64_t flags, int* pidfd) {
  const long pid = clone3_like_fork(flags, pidfd);
  const bool denied = pid < 0 && (errno == ENOSYS || errno == EPERM);
  return denied ? clone_like_fork(flags, pidfd) : pid;
}

/// What a call that returned `pid` came to; in the child it does not return.
Result<Child> child_from(long pid, int pidfd, const std::function<int()>& body) {
  if (pid < 0) {
    const int error = errno;
    return fail(Error::of(error, "clone", ""));
  }
  if (pid == 0) {
    exit_now(body());
  }
  return Child(static_cast<pid_t>(pid), UniqueFd(pidfd));
}

int run_body(void* argument) {
  (*static_cast<const std::function<void()>*>(argument))();
  return EXIT_FAILURE;  // clone(2) ends the process with it
}

class Stack {
 public:
  static constexpr std::size_t size = 256UL * 1024;
  Stack() noexcept
      : memory_(::mmap(nullptr,
                       size,
                       PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
                       -1,
                       0)) {
    // Whoever executed a program on a stack that was here has left its frames' marks for ASan.
    ASAN_UNPOISON_MEMORY_REGION(memory_, *this ? size : 0);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() {
    if (*this) {
      ::munmap(memory_, size);
    }
  }
  explicit operator bool() const noexcept { return memory_ != MAP_FAILED; }
  [[nodiscard]] void* bottom() const noexcept { return memory_; }
  [[nodiscard]] void* top() const noexcept { return static_cast<char*>(memory_) + size; }

 private:
  void* memory_;
};

/// Of a sibling in our memory, which is our child. False: it cannot die yet.
bool end_unborn(pid_t pid) noexcept {
  siginfo_t unused = {};
  // Who has been reaped already may have left his number to somebody else.
  if (::waitid(P_PID, static_cast<id_t>(pid), &unused, WEXITED | WNOHANG | WNOWAIT) != 0) {
    return true;
  }
  ::kill(pid, SIGKILL);
  return reap_killed(pid, UniqueFd());
}

/// What a child in our memory needs of us, on the heap: it outlives whoever has made it, if it
/// must.
struct SharedPlace {
  Stack stack;
  UnbornSibling sibling = 0;
  Dumpable before = own_dumpability();
  const BodyInSameMemory* body = nullptr;
};

/// When the child has ended: gives back what nobody else uses any more.
void leave_place(void* memory) {
  auto* place = static_cast<SharedPlace*>(memory);
  const pid_t sibling = place->sibling;
  if (sibling == 0 || end_unborn(sibling)) {
    set_dumpable(place->before);
    delete place;
  }
}

int run_in_same_memory(void* argument) {
  auto* place = static_cast<SharedPlace*>(argument);
  return (*place->body)(place->sibling);
}

/// The pid, or -1 with errno.
// NOLINTNEXTLINE(readability-non-const-parameter): the kernel writes there
long clone_in_same_memory(std::uint64_t flags, SharedPlace& place, int* pidfd) {
  flags |= CLONE_VM | CLONE_PIDFD;
  clone_args arguments = {};
  arguments.flags = flags;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(pidfd);
  arguments.exit_signal = SIGCHLD;
  arguments.stack = reinterpret_cast<std::uint64_t>(place.stack.bottom());
  arguments.stack_size = Stack::size;
  const long pid = clone3_on_stack(arguments, &run_in_same_memory, &place);
  const bool denied = pid < 0 && (errno == ENOSYS || errno == EPERM);
  return denied ? ::clone(&run_in_same_memory,
                          place.stack.top(),
                          static_cast<int>(flags | SIGCHLD),
                          &place,
                          pidfd)
                : pid;
}

/// `unborn` is written by the kernel before anything of the new process runs (clone(2)).
StartUntilExec start_until_exec(int flags,
                                const std::function<void()>& body,
                                UnbornSibling* unborn) {
  static_assert(sizeof(UnbornSibling) == sizeof(pid_t));
  const Stack stack;
  if (!stack) {
    return {0, errno};
  }
  UnbornSibling nobody = 0;
  UnbornSibling* place = unborn != nullptr ? unborn : &nobody;
  void* argument = const_cast<std::function<void()>*>(&body);  // clone(2) has no const
  const int pid = ::clone(&run_body,
                          stack.top(),
                          flags | CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD,
                          argument,
                          reinterpret_cast<pid_t*>(place));
  const int error = pid < 0 ? errno : 0;
  *place = 0;
  return {pid < 0 ? 0 : pid, error};
}

}  // namespace

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      pidfd_(std::move(other.pidfd_)),
      place_(std::move(other.place_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, 0);
    pidfd_ = std::move(other.pidfd_);
    place_ = std::move(other.place_);
  }
  return *this;
}

Result<std::optional<ProcessChange>> Child::next_change(Blocking blocking) {
  siginfo_t info = {};
  const int options = WEXITED | WSTOPPED | WCONTINUED | (blocking == Blocking::no ? WNOHANG : 0);
  if (retry([&] { return ::waitid(P_PID, static_cast<id_t>(pid_), &info, options); }) != 0) {
    const int error = errno;
    return fail(Error::of(error, "waitid", std::to_string(pid_)));
  }
  if (info.si_pid == 0) {
    return std::nullopt;
  }
  const ProcessChange change = change_from(info);
  if (change.is_end()) {
    forget();
  }
  return change;
}

Result<ProcessChange> Child::wait() {
  for (;;) {
    const auto change = TRY(next_change(Blocking::yes));
    if (change && change->is_end()) {
      return *change;
    }
  }
}

void Child::send_signal(int signal) const noexcept {
  const bool sent = pidfd_ && signal_pidfd(pidfd_, signal) == 0;
  // EPERM is also the answer of a seccomp filter that does not know the call.
  if (!sent && (!pidfd_ || errno == ENOSYS || errno == EPERM)) {
    signal_child(pid_, signal);
  }
}

void Child::kill_group() const noexcept {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
  }
}

void Child::end() noexcept {
  if (pid_ > 0) {
    send_signal(SIGKILL);
    if (!reap_killed(pid_, pidfd_)) {
      static_cast<void>(place_.release());  // which is in use
    }
    forget();
  }
}

pid_t Child::release() noexcept {
  if (place_) {
    end();
  }
  return forget();
}

pid_t Child::forget() noexcept {
  pidfd_.reset();
  place_.reset();
  return std::exchange(pid_, 0);
}

Result<Child> start_child(std::uint64_t flags, const std::function<int()>& body) {
  int pidfd = -1;
  const long pid = clone_best(flags, &pidfd);
  return child_from(pid, pidfd, body);
}

Result<Child> start_child_sharing_descriptors(const std::function<int()>& body) {
  const pid_t parent = ::getpid();
  return start_child(CLONE_FILES, [&] {
    set_parent_death_signal(SIGKILL);
    // It may have ended before, and no end of a pipe that this process has too tells it.
    return ::getppid() == parent ? body() : 0;
  });
}

Result<Child> start_child_in_cgroup(std::uint64_t flags,
                                    const UniqueFd& cgroup,
                                    const std::function<int()>& body) {
  int pidfd = -1;
  const long pid = clone3_into_cgroup(flags, cgroup, &pidfd);
  return child_from(pid, pidfd, body);
}

Result<Child> start_child_in_same_memory(const BodyInSameMemory& body, std::uint64_t flags) {
  std::unique_ptr<void, void (*)(void*)> place(new SharedPlace, &leave_place);
  auto* shared = static_cast<SharedPlace*>(place.get());
  shared->body = &body;
  if (!shared->stack) {
    const int error = errno;
    return fail(Error::of(error, "mmap", "a stack"));
  }
  set_dumpable(Dumpable::no);
  int pidfd = -1;
  const long pid = clone_in_same_memory(flags, *shared, &pidfd);
  if (pid < 0) {
    const int error = errno;
    return fail(Error::of(error, "clone", ""));
  }
  Child child(static_cast<pid_t>(pid), UniqueFd(pidfd));
  child.place_ = std::move(place);
  return child;
}

StartUntilExec start_sibling_until_exec(const std::function<void()>& body, UnbornSibling* unborn) {
  return start_until_exec(CLONE_PARENT, body, unborn);
}

StartUntilExec start_child_until_exec(const std::function<void()>& body) {
  return start_until_exec(0, body, nullptr);
}

std::optional<std::pair<pid_t, ProcessChange>> next_change_of_any() noexcept {
  siginfo_t info = {};
  if (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG) != 0 || info.si_pid == 0) {
    return std::nullopt;
  }
  return std::pair(info.si_pid, change_from(info));
}

std::optional<pid_t> stopped_child() noexcept {
  siginfo_t info = {};
  const int found = ::waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG | WNOWAIT);
  return found == 0 && info.si_pid != 0 ? std::optional(info.si_pid) : std::nullopt;
}

bool has_ended(pid_t child) noexcept {
  siginfo_t info = {};
  const int options = WEXITED | WNOHANG | WNOWAIT;
  return ::waitid(P_PID, static_cast<id_t>(child), &info, options) == 0 && info.si_pid != 0;
}

void signal_child(pid_t pid, int signal) noexcept {
  if (pid > 0) {
    ::kill(pid, signal);
  }
}

}  // namespace nsplay::sys
