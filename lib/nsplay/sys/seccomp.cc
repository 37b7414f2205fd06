#include "nsplay/sys/seccomp.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

namespace nsplay::sys {
namespace {

static_assert(sizeof(sock_filter) == sizeof(SeccompFilter::value_type));

sock_filter instruction_from(SeccompFilter::value_type word) noexcept {
  sock_filter instruction = {};
  std::memcpy(&instruction, &word, sizeof instruction);
  return instruction;
}

/// Nobody tells a tracer by a descriptor that its tracee stands.
bool wait_for_stop(pid_t pid, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  int status = 0;
  for (;;) {
    const pid_t changed = ::waitpid(pid, &status, __WALL | WNOHANG);
    if (changed == pid) {
      return WIFSTOPPED(status);
    }
    if (changed < 0 || std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

long get_filter(pid_t pid, unsigned long index, void* instructions) noexcept {
  return ::ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index, instructions);
}

}  // namespace

SeccompFilters read_seccomp_filters(pid_t pid, std::chrono::milliseconds patience) {
  SeccompFilters read;
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0 ||
      ::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) != 0) {
    read.errnum = errno;
    return read;
  }
  if (!wait_for_stop(pid, patience)) {
    read.errnum = ETIMEDOUT;
    return read;
  }
  // Index 0 is the one that was installed first, whatever ptrace(2) says.
  for (unsigned long index = 0;; ++index) {
    const long count = get_filter(pid, index, nullptr);
    if (count <= 0) {
      read.errnum = errno == ENOENT ? 0 : errno;
      break;
    }
    SeccompFilter filter(static_cast<std::size_t>(count));
    get_filter(pid, index, filter.data());
    read.filters.push_back(std::move(filter));
  }
  return read;
}

bool asks_a_supervisor(const SeccompFilter& filter) noexcept {
  return std::any_of(filter.begin(), filter.end(), [](SeccompFilter::value_type word) {
    const sock_filter instruction = instruction_from(word);
    return instruction.code == (BPF_RET | BPF_K) &&
           (instruction.k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_USER_NOTIF;
  });
}

int install_seccomp_filter(const SeccompFilter& filter) noexcept {
  const void* instructions = filter.data();
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(filter.size());
  // The kernel only reads it.
  program.filter = const_cast<sock_filter*>(static_cast<const sock_filter*>(instructions));
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &program) == 0 ? 0 : errno;
}

}  // namespace nsplay::sys
