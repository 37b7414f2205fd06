#pragma once

// A program that is and may do what the target's process is and may do: as if that had executed it.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/limits.h"
#include "nsplay/sys/seccomp.h"

namespace nsplay::ops {

struct Likeness {
  sys::CapabilitySets capabilities;
  bool no_new_privileges = false;
  bool has_filters = false;
  std::vector<sys::SeccompFilter> filters;  ///< in the order in which they were installed
  std::vector<sys::ResourceLimit> limits;
  std::optional<mode_t> umask;
  std::optional<int> nice;
  std::optional<std::string> oom_score_adjustment;
};

/// What of the process cannot be copied is told in `notes`. Errors: those of reading its /proc.
/// Without its filters, which take_filters() needs: reading those makes it stand still for a
/// moment.
Result<Likeness> likeness_of(const procfs::PinnedProcess& process, std::vector<std::string>& notes);

/// What of the capabilities an execve(2) as this user keeps. Root would get his whole bounding set,
/// which is limited to what the target has; others keep the ambient ones (capabilities(7)).
void fit_capabilities(Likeness& likeness,
                      const sys::UserIds& user,
                      std::vector<std::string>& notes);

/// Adds the filters.
Result<> read_filters_of(const procfs::PinnedProcess& process,
                         Likeness& likeness,
                         std::vector<std::string>& notes);

// For a child before its exec, one after the other. Each returns what went wrong.

/// In the caller's /proc, before a crossing.
ChildReport take_oom_score(const Likeness& likeness) noexcept;
ChildReport take_limits(const Likeness& likeness) noexcept;

/// Without no_new_privs the filters need CAP_SYS_ADMIN, which may be gone afterwards.
bool filters_come_early(const Likeness& likeness) noexcept;
ChildReport take_filters(const Likeness& likeness) noexcept;

}  // namespace nsplay::ops
