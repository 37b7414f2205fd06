#pragma once

// Who this process is: user and group ids, capabilities, and the names that belong to numbers.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  sys_nice = 23,
  sys_resource = 24,
  setfcap = 31,
};

/// Whether this process has the capability in effect, in its own user namespace.
bool has_capability(Capability capability);

/// Whether an execve(2) of an ordinary file leaves this process what capabilities it has: that of
/// root's processes does, where SECBIT_NOROOT is not set (capabilities(7)).
bool keeps_capabilities_on_exec() noexcept;

uid_t effective_uid() noexcept;
gid_t effective_gid() noexcept;

/// The supplementary groups.
std::vector<gid_t> groups();

/// setgroups(2); the errno, 0 for success.
[[nodiscard]] int set_groups(const std::vector<gid_t>& groups) noexcept;

/// setresgid(2) of all three; the errno, 0 for success. EINVAL: not mapped in the user namespace.
[[nodiscard]] int set_gid(gid_t gid) noexcept;

/// setresuid(2) of all three; the errno, 0 for success. EINVAL: not mapped in the user namespace.
[[nodiscard]] int set_uid(uid_t uid) noexcept;

/// An execve(2) makes the saved one the same as the effective one.
struct UserIds {
  uid_t real = 0;
  uid_t effective = 0;
};
struct GroupIds {
  gid_t real = 0;
  gid_t effective = 0;
};

/// setresgid(2), setresuid(2); the errno, 0 for success. EINVAL: not mapped in the user namespace.
[[nodiscard]] int set_group_ids(const GroupIds& ids) noexcept;
[[nodiscard]] int set_user_ids(const UserIds& ids) noexcept;

/// One bit for each capability, as in /proc/PID/status.
using CapabilitySet = std::uint64_t;

constexpr CapabilitySet all_capabilities = ~CapabilitySet{0};

/// The capability of this name, with or without "cap_", in any case; empty: there is none.
std::optional<CapabilitySet> capability_named(std::string_view name);

/// "cap_sys_admin" and the like, by number; the number of one that has no name here.
std::vector<std::string> capability_names(CapabilitySet set);

/// SECBIT_KEEP_CAPS until the next execve(2): a change of the uid takes no permitted capability
/// away. The errno, 0 for success.
[[nodiscard]] int keep_capabilities() noexcept;

/// Takes them from the bounding set, so that no execve(2) gives them back; capabilities(7). The
/// errno, 0 for success. EPERM: no CAP_SETPCAP, and one of them is there.
[[nodiscard]] int drop_from_bounding_set(CapabilitySet dropped) noexcept;

/// Takes them from the permitted, effective and inheritable sets; the errno, 0 for success.
[[nodiscard]] int drop_capabilities(CapabilitySet dropped) noexcept;

/// Empties the ambient set, which a change of one ordinary user to another leaves as it is.
void clear_ambient_capabilities() noexcept;

/// Makes every permitted capability effective, inheritable and ambient, so that a program of an
/// ordinary user has it; the errno, 0 for success.
[[nodiscard]] int pass_capabilities_on() noexcept;

/// Those of a process, capabilities(7).
struct CapabilitySets {
  CapabilitySet inheritable = 0;
  CapabilitySet permitted = 0;
  CapabilitySet effective = 0;
  CapabilitySet bounding = 0;
  CapabilitySet ambient = 0;
};

/// All but the bounding set, as far as this process has them itself. The errno, 0 for success.
[[nodiscard]] int set_capabilities(const CapabilitySets& sets) noexcept;

/// PR_SET_NO_NEW_PRIVS, prctl(2); the errno, 0 for success. Nothing takes it back.
[[nodiscard]] int set_no_new_privileges() noexcept;

/// The name in this machine's /etc/passwd. Asks no name service: that would load the machine's
/// plug-ins into a process that may be root's.
std::optional<std::string> user_name(uid_t uid);

}  // namespace nsplay::sys
