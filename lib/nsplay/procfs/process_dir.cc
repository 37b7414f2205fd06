#include "nsplay/procfs/process_dir.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/process.h"

namespace nsplay::procfs {
namespace {

constexpr std::size_t stat_limit = 4096;
constexpr std::size_t status_limit = 1024UL * 1024;  // Groups: may list 65,536 ids of ten digits

/// The number names no process: whatever call found that out, this is what it means.
Error no_such_process(pid_t pid) {
  return Error::of(ESRCH, "no process has pid", std::to_string(pid));
}

bool is_thread(const Error& error) {
  return error.errnum == EINVAL || error.errnum == ENOENT;
}

constexpr const char* proc_hint =
    "mount one that shows this pid namespace: mount -t proc proc /proc";

/// A /proc that was mounted for another pid namespace has other numbers, which pidfd_open(2) and
/// everybody else would take for ours.
Result<> check_proc() {
  const auto self = sys::read_link("/proc/self");
  if (!self && self.error().errnum != ENOENT) {
    return fail(self.error());
  }
  if (!self || parse_number<pid_t>(*self) != sys::own_pid()) {
    return fail(Error::of(0, "/proc shows another pid namespace than yours, or nothing", "")
                    .with_hint(proc_hint));
  }
  return {};
}

/// Empty when the kernel has no pidfds (of threads): then the directory alone has to do.
Result<std::optional<sys::Pidfd>> open_pidfd(pid_t pid) {
  auto pidfd = sys::Pidfd::open(pid);
  if (!pidfd && is_thread(pidfd.error())) {
    pidfd = sys::Pidfd::open_thread(pid);
  }
  if (pidfd) {
    return std::optional(*std::move(pidfd));
  }
  if (pidfd.error().errnum == ESRCH) {
    return fail(no_such_process(pid));
  }
  return std::nullopt;
}

/// What /proc calls the process: "Pid:\t4711" of what it shows of the descriptor. 0: it does not
/// show the process.
Result<pid_t> number_in_proc(const sys::Pidfd& pidfd) {
  constexpr std::string_view field = "Pid:";
  const ProcessDir self = TRY(ProcessDir::open_self());
  const std::string file = fmt::format("fdinfo/{}", pidfd.fd().get());
  const std::string text = TRY(self.read(file.c_str(), stat_limit));
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(field)) {
      const auto words = split_words(line.substr(field.size()));
      return words.empty() ? 0 : parse_number<pid_t>(words.front()).value_or(0);
    }
  }
  return fail(Error::of(0, "there is no pid in", self.path_of(file)));
}

}  // namespace

Result<ProcessDir> ProcessDir::open(pid_t pid) {
  std::string name = fmt::format("/proc/{}", pid);
  sys::UniqueFd fd = TRY(sys::open_file(name, O_RDONLY | O_DIRECTORY));
  return ProcessDir(std::move(fd), std::move(name));
}

Result<ProcessDir> ProcessDir::open_self() {
  auto fd = sys::open_file("/proc/thread-self", O_RDONLY | O_DIRECTORY);
  if (!fd) {
    const bool is_missing = fd.error().errnum == ENOENT;
    return fail(std::move(fd).error().with_hint(is_missing ? proc_hint : ""));
  }
  return ProcessDir(*std::move(fd), "/proc/self");
}

std::string ProcessDir::path_of(std::string_view name) const {
  return fmt::format("{}/{}", name_, name);
}

Result<std::string> ProcessDir::read(const char* name, std::size_t limit) const {
  const sys::UniqueFd file = TRY(open_file(name, O_RDONLY));
  return sys::read_all(file, limit, path_of(name));
}

Result<sys::UniqueFd> ProcessDir::open_file(const char* name, int flags) const {
  return sys::open_at(fd_, name, flags, path_of(name));
}

Result<std::string> ProcessDir::read_link(const char* name) const {
  return sys::read_link_at(fd_, name, path_of(name));
}

Result<> ProcessDir::write(const char* name, std::string_view text) const {
  const sys::UniqueFd file = TRY(open_file(name, O_WRONLY));
  return sys::write_once(file, text, path_of(name));
}

Result<sys::FileIdentity> ProcessDir::identity(const char* name) const {
  return sys::identity_at(fd_, name, path_of(name));
}

Result<ProcessStat> ProcessDir::stat() const {
  return parse_process_stat(TRY(read("stat", stat_limit)));
}

Result<ProcessStatus> ProcessDir::status() const {
  return parse_process_status(TRY(read("status", status_limit)));
}

Result<std::vector<pid_t>> list_processes() {
  TRY(check_proc());
  return sys::numeric_entries(TRY(sys::open_file("/proc", O_RDONLY | O_DIRECTORY)), "/proc");
}

Result<PinnedProcess> pin_self() {
  auto pidfd = TRY(open_pidfd(sys::own_pid()));
  ProcessDir dir = TRY(ProcessDir::open_self());
  return PinnedProcess{sys::own_pid(), std::move(pidfd), std::move(dir)};
}

Result<PinnedProcess> pin_process(pid_t pid) {
  TRY(check_proc());
  PinnedProcess process;
  process.pid = pid;
  process.pidfd = TRY(open_pidfd(pid));
  auto dir = ProcessDir::open(pid);
  // The number cannot have gone to another process before a moment at which the pidfd's process
  // still had it, so a directory that was opened before such a moment is the same process's.
  if (process.pidfd && !process.pidfd->exists()) {
    return fail(no_such_process(pid));
  }
  if (!dir) {
    Error error = std::move(dir).error();
    if (error.errnum == ENOENT && !process.pidfd) {
      return fail(no_such_process(pid));
    }
    const bool is_hidden = error.errnum == ENOENT || error.errnum == EPERM;
    return fail(std::move(error).with_hint(
        is_hidden ? "/proc hides it: it is mounted with hidepid; run as root" : ""));
  }
  process.dir = *std::move(dir);
  return process;
}

Result<PinnedProcess> pin_child(pid_t pid) {
  PinnedProcess process;
  process.pid = pid;
  process.pidfd = TRY(open_pidfd(pid));
  if (!process.pidfd) {
    return pin_process(pid);
  }
  process.dir = TRY(ProcessDir::open(TRY(number_in_proc(*process.pidfd))));
  return process;
}

bool still_exists(const PinnedProcess& process) {
  return process.pidfd ? process.pidfd->exists() : process.dir.stat().has_value();
}

}  // namespace nsplay::procfs
