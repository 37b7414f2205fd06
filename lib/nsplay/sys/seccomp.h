#pragma once

// The seccomp filters of a process, seccomp(2).

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace nsplay::sys {

/// The instructions of one filter, as the kernel takes them.
using SeccompFilter = std::vector<std::uint64_t>;

struct SeccompFilters {
  int errnum = 0;                      ///< why there are not all of them
  std::vector<SeccompFilter> filters;  ///< the one that was installed first comes first
};

/// Those of another process, which stands still meanwhile: PTRACE_SEIZE, PTRACE_SECCOMP_GET_FILTER.
/// Only for a process that ends afterwards: a target that takes its time (ETIMEDOUT) is let go
/// thereby. EPERM, EACCES: not allowed to trace it, or no CAP_SYS_ADMIN, or under a filter itself.
SeccompFilters read_seccomp_filters(pid_t pid, std::chrono::milliseconds patience);

/// Whether the filter leaves a decision to a supervisor, which a copy of it has not.
bool asks_a_supervisor(const SeccompFilter& filter) noexcept;

/// For the calling process, for ever; the errno, 0 for success. EACCES: it has neither
/// no_new_privs nor CAP_SYS_ADMIN. Allocates nothing.
[[nodiscard]] int install_seccomp_filter(const SeccompFilter& filter) noexcept;

}  // namespace nsplay::sys
