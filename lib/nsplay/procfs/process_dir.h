#pragma once

// One process below /proc, through a descriptor on its directory: reads through it fail once the
// process is gone, and never show the one that got its number next (proc(5)).

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_stat.h"
#include "nsplay/procfs/process_status.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/pidfd.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::procfs {

class [[nodiscard]] ProcessDir {
 public:
  ProcessDir() = default;

  /// Errors: ENOENT no such process (or hidepid hides it), EPERM hidepid=1.
  static Result<ProcessDir> open(pid_t pid);

  /// The directory of the calling process.
  static Result<ProcessDir> open_self();

  [[nodiscard]] const sys::UniqueFd& fd() const noexcept { return fd_; }

  /// "/proc/4711/NAME", for messages.
  [[nodiscard]] std::string path_of(std::string_view name) const;

  /// The whole file below the directory. Errors: those of open(2) and read(2), ESRCH the process is
  /// gone; EFBIG it has more than `limit` bytes.
  Result<std::string> read(const char* name, std::size_t limit) const;

  // Of one file below the directory; the errors are those of the call, openat(2), readlinkat(2),
  // write(2), fstatat(2).
  Result<sys::UniqueFd> open_file(const char* name, int flags) const;
  Result<std::string> read_link(const char* name) const;
  Result<> write(const char* name, std::string_view text) const;
  Result<sys::FileIdentity> identity(const char* name) const;

  // Read and parsed, proc(5). Errors: those of read(), and of a text that is not as it should be.
  [[nodiscard]] Result<ProcessStat> stat() const;
  [[nodiscard]] Result<ProcessStatus> status() const;

 private:
  ProcessDir(sys::UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  sys::UniqueFd fd_;
  std::string name_;
};

/// The pids in /proc, as far as this process may see them. Errors: those of reading it; errno 0, it
/// shows another pid namespace than the caller's, where they mean other processes.
Result<std::vector<pid_t>> list_processes();

/// A process that was looked up once and is the same from then on: a pidfd where the kernel has it,
/// and the directory that was checked against it.
struct PinnedProcess {
  pid_t pid = 0;
  std::optional<sys::Pidfd> pidfd;  ///< empty before Linux 5.3 and for a thread before 6.9
  ProcessDir dir;
};

/// Errors: ESRCH no process and no thread has this pid; /proc is not mounted, or shows another pid
/// namespace than the caller's, where the number means another process.
Result<PinnedProcess> pin_process(pid_t pid);

/// A child of the caller's that is not reaped yet, by the number that clone(2) gave. Also where
/// /proc shows another pid namespace than the caller's, in which the child has another number.
/// Errors: those of pin_process() without pidfds (before Linux 5.3); ENOENT /proc shows no such
/// process.
Result<PinnedProcess> pin_child(pid_t pid);

/// The calling process.
Result<PinnedProcess> pin_self();

/// Whether it still is the process that was pinned; false once it is reaped.
bool still_exists(const PinnedProcess& process);

}  // namespace nsplay::procfs
