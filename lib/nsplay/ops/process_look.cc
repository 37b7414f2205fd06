#include "nsplay/ops/process_look.h"

#include <csignal>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "nsplay/procfs/strings.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

constexpr std::size_t command_line_limit = 8UL * 1024 * 1024;  // execve(2) takes 6 MiB

std::string shown_command(const procfs::ProcessDir& process, const procfs::ProcessStat& stat) {
  const std::string text = command_line_of(process);
  return text.empty() ? fmt::format("[{}]", stat.comm) : text;
}

bool has_sigterm(std::uint64_t signals) {
  return (signals >> (SIGTERM - 1) & 1U) != 0;
}

/// The kernel drops what an init has no handler for, unless it is SIGKILL or SIGSTOP from outside.
bool is_init_without_handler(const procfs::ProcessStatus& status) {
  return !status.namespace_pids.empty() && status.namespace_pids.back() == 1 &&
         !has_sigterm(status.caught_signals);
}

EndingSignal ending_signal_of(const procfs::ProcessStatus& status) {
  const bool is_stopped = status.state == 'T' || status.state == 't';
  const bool is_deaf = has_sigterm(status.blocked_signals | status.ignored_signals);
  return is_stopped || is_deaf || is_init_without_handler(status) ? EndingSignal::kill
                                                                  : EndingSignal::term;
}

}  // namespace

std::string command_line_of(const procfs::ProcessDir& process) {
  // Somebody else may make this file unreadable; the comm is shown then.
  return procfs::parse_command_line(process.read("cmdline", command_line_limit).value_or(""));
}

const ListedProcess& ProcessLook::at(pid_t pid) {
  const auto known = processes_.find(pid);
  return known != processes_.end() ? known->second
                                   : processes_.emplace(pid, look_at(pid)).first->second;
}

ListedProcess ProcessLook::look_at(pid_t pid) {
  ListedProcess shown;
  shown.pid = pid;
  const auto process = procfs::ProcessDir::open(pid);
  const auto stat = process ? process->stat() : fail(process.error());
  if (stat) {
    shown.parent = stat->parent;
    shown.command = shown_command(*process, *stat);
  }
  if (const auto status = process ? process->status() : fail(process.error())) {
    shown.uid = status->effective_uid;
    shown.user = name_of(status->effective_uid);
    shown.ending_signal = ending_signal_of(*status);
  }
  return shown;
}

std::string ProcessLook::user_of(uid_t uid) {
  return name_of(uid).value_or(std::to_string(uid));
}

const std::optional<std::string>& ProcessLook::name_of(uid_t uid) {
  const auto known = names_.find(uid);
  return known != names_.end() ? known->second
                               : names_.emplace(uid, sys::user_name(uid)).first->second;
}

}  // namespace nsplay::ops
