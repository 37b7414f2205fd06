#pragma once

// Numbers of the kernel's interface that not every header of the C library and of the kernel has.
// They are tried, never chosen by version: a kernel without them answers ENOSYS, ENOTTY or EINVAL.

#include <sys/ioctl.h>
#include <sys/types.h>

#include <cstdint>

namespace nsplay::sys::abi {

// ioctls on a pidfd, Linux 6.11; the third argument has to be 0 (linux/pidfd.h).
constexpr unsigned pidfd_get_cgroup_namespace = _IO(0xff, 1);
constexpr unsigned pidfd_get_ipc_namespace = _IO(0xff, 2);
constexpr unsigned pidfd_get_mnt_namespace = _IO(0xff, 3);
constexpr unsigned pidfd_get_net_namespace = _IO(0xff, 4);
constexpr unsigned pidfd_get_pid_namespace = _IO(0xff, 5);
constexpr unsigned pidfd_get_pid_namespace_of_children = _IO(0xff, 6);
constexpr unsigned pidfd_get_time_namespace = _IO(0xff, 7);
constexpr unsigned pidfd_get_time_namespace_of_children = _IO(0xff, 8);
constexpr unsigned pidfd_get_user_namespace = _IO(0xff, 9);
constexpr unsigned pidfd_get_uts_namespace = _IO(0xff, 10);

/// pidfd_open(2) flag: a thread that is not the leader of its group, Linux 6.9.
constexpr unsigned pidfd_thread = 0x80;  // O_EXCL

// ioctls on a namespace file, ioctl_ns(2).
constexpr unsigned ns_get_userns = _IO(0xb7, 1);                // 4.9
constexpr unsigned ns_get_parent = _IO(0xb7, 2);                // 4.9
constexpr unsigned ns_get_nstype = _IO(0xb7, 3);                // 4.11
constexpr unsigned ns_get_owner_uid = _IO(0xb7, 4);             // 4.11
constexpr unsigned ns_get_pid_from_pidns = _IOR(0xb7, 6, int);  // 6.11
constexpr unsigned ns_get_id = _IOR(0xb7, 13, std::uint64_t);   // 6.18

/// What NS_MNT_GET_NEXT says of a mount namespace (linux/nsfs.h, 6.12).
struct MountNamespaceInfo {
  std::uint32_t size = 16;
  std::uint32_t mounts = 0;
  std::uint64_t id = 0;
};
constexpr unsigned ns_mnt_get_next = _IOR(0xb7, 11, MountNamespaceInfo);      // 6.12
constexpr unsigned ns_mnt_get_previous = _IOR(0xb7, 12, MountNamespaceInfo);  // 6.12

/// open_by_handle_at(2): in nsfs, whatever is mounted where (linux/fcntl.h, 6.18).
constexpr int fd_nsfs_root = -10003;
constexpr int nsfs_handle_type = 0xf1;

/// The system call listns, and what it is asked (linux/nsfs.h, 6.19).
constexpr long sys_listns = 470;
struct NamespaceIdRequest {
  std::uint32_t size = 32;
  std::uint32_t spare = 0;
  std::uint64_t after = 0;  ///< the last id that is known; 0: from the first one on
  std::uint32_t types = 0;  ///< CLONE_NEW* bits
  std::uint32_t spare2 = 0;
  std::uint64_t owner = 0;  ///< id of a user namespace; 0: whoever owns them
};

// File system types, statfs(2).
constexpr std::int64_t nsfs_magic = 0x6e736673;
constexpr std::int64_t proc_magic = 0x9fa0;
constexpr std::int64_t cgroup2_magic = 0x63677270;
constexpr std::int64_t pidfs_magic = 0x50494446;  // 6.9

// clone3(2) knows it, clone(2) cannot: the bit is part of its exit signal.
constexpr std::uint64_t clone_newtime = 0x80;

}  // namespace nsplay::sys::abi
