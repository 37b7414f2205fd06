#pragma once

// Making processes and owning them. A child that nobody waited for is killed and reaped when its
// owner goes out of scope, so that no failure leaves one behind.

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// How a process changed: ended by itself, ended by a signal, stopped, went on.
struct ProcessChange {
  enum class Kind { exited, killed, stopped, continued };
  Kind kind = Kind::exited;
  int number = 0;  ///< exit status or signal

  [[nodiscard]] bool is_end() const noexcept {
    return kind == Kind::exited || kind == Kind::killed;
  }

  /// As a shell tells it: the status, or 128 plus the signal.
  [[nodiscard]] int exit_status() const noexcept {
    return kind == Kind::killed ? 128 + number : number;
  }
};

enum class Blocking { no, yes };

/// The pid of a sibling that has executed nothing yet; 0: there is none.
using UnbornSibling = std::atomic<pid_t>;

using BodyInSameMemory = std::function<int(UnbornSibling& sibling)>;

class [[nodiscard]] Child {
 public:
  Child() = default;
  Child(pid_t pid, UniqueFd pidfd) noexcept : pid_(pid), pidfd_(std::move(pidfd)) {}
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// end() of a child that was neither waited for nor released.
  ~Child() { end(); }

  /// The pid in the caller's pid namespace; 0 when there is nothing to wait for any more.
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// Readable once the process has ended. No descriptor before Linux 5.2.
  [[nodiscard]] const UniqueFd& pidfd() const noexcept { return pidfd_; }

  /// The next change, waitid(2); nothing yet when it may not block. After an end there is no child.
  Result<std::optional<ProcessChange>> next_change(Blocking blocking);

  /// Waits for the end, whatever happens before.
  Result<ProcessChange> wait();

  /// By the pidfd where there is one; else by the number, which a child that is not reaped yet
  /// keeps.
  void send_signal(int signal) const noexcept;

  /// Kills the process group that it leads, this child included. Until it is reaped its number is
  /// that of its group, even when it has ended.
  void kill_group() const noexcept;

  /// Kills and reaps now. One that cannot die yet, as cgroup v1 has frozen it, is left after two
  /// seconds, and dies later.
  void end() noexcept;

  /// It is known to have executed a program, so that it is not in our memory any more.
  void has_executed() noexcept { place_.reset(); }

  /// From here on it lives without us. One that is in our memory cannot: it is ended.
  pid_t release() noexcept;

 private:
  friend Result<Child> start_child_in_same_memory(const BodyInSameMemory& body,
                                                  std::uint64_t flags);

  pid_t forget() noexcept;

  pid_t pid_ = 0;
  UniqueFd pidfd_;
  /// Of one that is in our memory: what has to stay as it is.
  std::unique_ptr<void, void (*)(void*)> place_{nullptr, nullptr};
};

/// clone3(2) with CLONE_PIDFD and `flags` (CLONE_NEW* bits, CLONE_PARENT); clone(2) where clone3 is
/// not to be had (ENOSYS, or EPERM by a seccomp filter). The child runs `body` and ends with what
/// it returns. CLONE_NEWTIME cannot be passed to clone(2): ENOSYS then.
Result<Child> start_child(std::uint64_t flags, const std::function<int()>& body);

/// start_child() with the caller's own table of descriptors, CLONE_FILES: what one opens or closes
/// the other has or has not. The child ends with the caller.
Result<Child> start_child_sharing_descriptors(const std::function<int()>& body);

/// start_child(), born in a directory of cgroup v2: clone3(2) with CLONE_INTO_CGROUP, Linux 5.7.
/// Errors: those of clone3(2); ENOSYS where the call or the flag is not to be had.
Result<Child> start_child_in_cgroup(std::uint64_t flags,
                                    const UniqueFd& cgroup,
                                    const std::function<int()>& body);

/// start_child() in the caller's own memory, CLONE_VM: a fork copies page tables, which takes
/// longer than everything else that a child does which only starts a program. What the two may do:
/// - `body` allocates and frees nothing, and changes nothing that the caller uses; it closes its
///   descriptors by close_here(). It ends by returning.
/// - As long as it makes calls of the C library, the caller only waits: both have the same errno.
/// - Until nobody else is in the memory, nobody but root may look at the caller and trace it
///   (PR_SET_DUMPABLE): whoever gets hold of the one has the other. `body` sees to it by
///   set_dumpable() after each change of credentials.
/// A sibling that `body` starts is in the memory too until its exec. When the child ends before
/// that, the sibling is killed and reaped by whoever reaps the child; if one of the two cannot die,
/// the memory stays as it is. Errors: those of clone(2) and of mmap(2) for its stack.
Result<Child> start_child_in_same_memory(const BodyInSameMemory& body, std::uint64_t flags = 0);

/// The pid of what was started, or 0 and the errno. No text: it may be asked for in another
/// process's memory.
struct StartUntilExec {
  pid_t pid = 0;
  int errnum = 0;
};

/// A child of the caller's *parent* that shares the caller's memory until it executes a program:
/// the caller stands still meanwhile, as in vfork(2). `body` may only use what is prepared; if it
/// returns, there was no exec, and the process ends. `unborn` has its pid meanwhile, else 0. The
/// pid is that in the caller's active pid namespace. Errors: those of clone(2), mmap(2).
StartUntilExec start_sibling_until_exec(const std::function<void()>& body,
                                        UnbornSibling* unborn = nullptr);

/// The same as the caller's own child.
StartUntilExec start_child_until_exec(const std::function<void()>& body);

/// Any child of the caller that changed: its pid, or nothing yet. For an init, which inherits
/// orphans.
std::optional<std::pair<pid_t, ProcessChange>> next_change_of_any() noexcept;

/// A child of the caller that was stopped; the same one as long as nobody continues or reaps it.
std::optional<pid_t> stopped_child() noexcept;

/// Whether a child that is not reaped yet has ended.
bool has_ended(pid_t child) noexcept;

/// kill(2) of a child that is not reaped yet.
void signal_child(pid_t pid, int signal) noexcept;

}  // namespace nsplay::sys
