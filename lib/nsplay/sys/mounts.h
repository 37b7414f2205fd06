#pragma once

// What a process does to the mounts of its own mount namespace: open_tree(2), move_mount(2),
// fsopen(2), mount_setattr(2), pivot_root(2). All of it may be called between a clone and an exec:
// nothing is allocated, what fails comes back as an errno.

#include <cstdint>
#include <span>

#include "nsplay/sys/files.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// What was opened or made, or the errno that tells why not.
struct Opened {
  UniqueFd file;
  int errnum = 0;
};

/// Whether mounts and unmounts go from one mount namespace to another, mount_namespaces(7).
enum class Propagation : std::uint8_t { unchanged, isolated, shared, slave };

/// MS_REC with MS_PRIVATE, MS_SHARED or MS_SLAVE on "/". EINVAL: "/" is no mount point.
[[nodiscard]] int set_propagation(Propagation propagation) noexcept;

/// MS_PRIVATE on one mount point alone. EINVAL: it is none.
[[nodiscard]] int make_private(const char* path) noexcept;

/// open(2) with O_PATH. Symbolic links are followed, but not those as /proc/PID/fd has them, which
/// lead out of the root directory: ELOOP. Before Linux 5.6 these too.
Opened open_place(const char* path) noexcept;

/// The same if no part of the path is a symbolic link, and it is this file. ESTALE: it is another
/// one.
Opened open_same_place(const char* path, const FileIdentity& identity) noexcept;

/// Whether it is the root directory of this process itself: what is mounted there cannot be seen.
/// Before Linux 5.8 it is not told.
bool is_own_root(const UniqueFd& place) noexcept;

/// fstat(2); of what cannot be looked at, nothing holds.
bool is_directory(const UniqueFd& place) noexcept;
std::uint64_t device_of(const UniqueFd& place) noexcept;

/// A copy of the mount with all that is mounted below, attached nowhere; open_tree(2), Linux 5.2.
/// EINVAL: it is of another mount namespace.
Opened copy_mounts(const UniqueFd& place) noexcept;

struct FileSystemOption {
  const char* name = nullptr;
  const char* value = nullptr;
};

enum class DeviceFiles : std::uint8_t { ignored, useful };
enum class Programs : std::uint8_t { ignored, useful };

/// A kind of file system without a device, as it is mounted. Set-user-ID bits never count.
struct FileSystem {
  const char* type = nullptr;
  std::span<const FileSystemOption> options = {};
  DeviceFiles devices = DeviceFiles::ignored;
  Programs programs = Programs::ignored;
};

/// A new mount of it, attached nowhere; fsopen(2), fsmount(2), Linux 5.2. ENODEV: the kernel has no
/// such file system. EPERM: it is not for the owner of this user namespace, or a part of the one
/// that is there is hidden (mount_namespaces(7)).
Opened make_file_system(const FileSystem& file_system) noexcept;

/// Attaches what the others made, move_mount(2).
[[nodiscard]] int attach(const UniqueFd& mounts, const UniqueFd& place) noexcept;

/// A mount and all below it, mount_setattr(2), Linux 5.12. ENOSYS before.
[[nodiscard]] int make_all_read_only(const UniqueFd& mounts) noexcept;

/// One mount, as every kernel can do it. What else holds for it stays: in a user namespace nobody
/// may take that away.
[[nodiscard]] int make_read_only(const char* path) noexcept;

/// What these mounts are attached to becomes the root directory, and the working directory. The
/// former root, with all its mounts, is gone. EINVAL: it is the initramfs.
[[nodiscard]] int leave_for_root(const UniqueFd& mounts) noexcept;

/// mkdirat(2), mknodat(2) of an empty file, symlinkat(2). What is there already will do.
[[nodiscard]] int make_directory(const UniqueFd& parent, const char* name) noexcept;
[[nodiscard]] int make_file(const UniqueFd& parent, const char* name) noexcept;
[[nodiscard]] int make_link(const UniqueFd& parent, const char* name, const char* target) noexcept;

/// openat(2) of an existing file and one write(2).
[[nodiscard]] int write_text_at(const UniqueFd& directory,
                                const char* name,
                                std::string_view text) noexcept;

}  // namespace nsplay::sys
