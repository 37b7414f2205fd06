#pragma once

// Who this process is: user and group ids, capabilities, and the names that belong to numbers.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::sys {

/// Numbers of linux/capability.h.
enum class Capability : int {
  setgid = 6,
  setuid = 7,
  sys_chroot = 18,
  sys_ptrace = 19,
  sys_admin = 21,
  setfcap = 31,
};

/// Whether this process has the capability in effect, in its own user namespace.
bool has_capability(Capability capability);

uid_t effective_uid() noexcept;
gid_t effective_gid() noexcept;

/// The supplementary groups.
std::vector<gid_t> groups();

/// setgroups(2) with none; the errno, 0 for success.
[[nodiscard]] int drop_groups() noexcept;

/// setresgid(2) of all three; the errno, 0 for success. EINVAL: not mapped in the user namespace.
[[nodiscard]] int set_gid(gid_t gid) noexcept;

/// setresuid(2) of all three; the errno, 0 for success. EINVAL: not mapped in the user namespace.
[[nodiscard]] int set_uid(uid_t uid) noexcept;

/// The name in this machine's /etc/passwd. Asks no name service: that would load the machine's
/// plug-ins into a process that may be root's.
std::optional<std::string> user_name(uid_t uid);

}  // namespace nsplay::sys
