#pragma once

// setns(2), unshare(2) and the ioctls of ioctl_ns(2), one wrapper each. What the answers mean is
// decided in nsplay/ns.

#include <sched.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// setns(2). `file` is a namespace with `flags` its one CLONE_NEW* bit, or a pidfd with any set of
/// them (Linux 5.8; before: EINVAL). Returns the errno, 0 for success: it is called where nothing
/// may be allocated.
[[nodiscard]] int set_namespaces(const UniqueFd& file, int flags) noexcept;

/// unshare(2); the errno, 0 for success.
[[nodiscard]] int unshare_namespaces(int flags) noexcept;

/// NS_GET_USERNS, Linux 4.9: the user namespace that owns this one. EPERM: it is neither the
/// caller's nor below it.
Result<UniqueFd> owning_user_namespace(const UniqueFd& file, std::string_view shown_as);

/// NS_GET_PARENT, Linux 4.9, for pid and user namespaces (else EINVAL). EPERM: out of the caller's
/// sight, or there is none.
Result<UniqueFd> parent_namespace(const UniqueFd& file, std::string_view shown_as);

/// NS_GET_NSTYPE, Linux 4.11: the CLONE_NEW* bit. ENOTTY: not a namespace.
Result<int> namespace_type(const UniqueFd& file, std::string_view shown_as);

/// NS_GET_OWNER_UID, Linux 4.11, of a user namespace, as the caller's user namespace shows it.
Result<uid_t> owner_uid(const UniqueFd& file, std::string_view shown_as);

/// NS_GET_PID_FROM_PIDNS, Linux 6.11: how the caller's pid namespace numbers the process that has
/// number `pid` in this one. ESRCH: there is none, or the caller's has no number for it; ENOTTY:
/// before Linux 6.11.
Result<pid_t> pid_from_namespace(const UniqueFd& file, pid_t pid, std::string_view shown_as);

enum class Direction { next, previous };

/// NS_MNT_GET_NEXT or NS_MNT_GET_PREV, Linux 6.12: the mount namespace that was made after or
/// before this one, whoever knows of it. ENOENT: there is none; EPERM: without CAP_SYS_ADMIN over
/// this one's owner, or over the initial user namespace; ENOTTY: before Linux 6.12.
Result<UniqueFd> neighbouring_mount_namespace(const UniqueFd& file, Direction direction);

/// What the kernel finds a namespace by, as long as it lives, without a descriptor that would keep
/// it alive: name_to_handle_at(2) in nsfs, Linux 6.18.
struct NamespaceFileHandle {
  std::array<unsigned char, 16> bytes = {};
};

/// Errors: EOPNOTSUPP before Linux 6.18.
Result<NamespaceFileHandle> file_handle_of(const UniqueFd& file, std::string_view shown_as);

/// That of the namespace with this id, NS_GET_ID: enough for the kernels that have listns, whereas
/// Linux 6.18 takes none (ESTALE).
NamespaceFileHandle file_handle_of_id(std::uint64_t id) noexcept;

/// open_by_handle_at(2). Errors: ESTALE there is no such namespace any more, or the caller has no
/// CAP_SYS_ADMIN over its owner and is not in it.
Result<UniqueFd> open_file_handle(const NamespaceFileHandle& handle, std::string_view shown_as);

/// NS_GET_ID, Linux 6.18: never used again within a boot. ENOTTY before.
Result<std::uint64_t> namespace_id(const UniqueFd& file, std::string_view shown_as);

/// listns, Linux 6.19 (ENOSYS before): the next ids above `after`, in ascending order, of the
/// namespaces of these kinds (CLONE_NEW* bits) that the caller may see. None, or ENOENT: there are
/// no more.
Result<std::vector<std::uint64_t>> next_namespace_ids(std::uint64_t after, std::uint32_t types);

}  // namespace nsplay::sys
