#include "nsplay/sys/mounts.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

int errno_of(long result) noexcept {
  return result >= 0 ? 0 : errno;
}

Opened opened(long result) noexcept {
  const int error = errno_of(result);
  return {UniqueFd(result >= 0 ? static_cast<int>(result) : -1), error};
}

Opened open_resolved(const char* path, unsigned long resolve) noexcept {
  open_how how = {};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = resolve;
  return opened(retry([&] { return ::syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how); }));
}

/// EPERM is the answer of a seccomp filter that does not know the call.
bool is_not_to_be_had(int errnum) noexcept {
  return errnum == ENOSYS || errnum == EPERM;
}

unsigned attributes_of(const FileSystem& file_system) noexcept {
  unsigned attributes = MOUNT_ATTR_NOSUID;
  if (file_system.devices == DeviceFiles::ignored) {
    attributes |= MOUNT_ATTR_NODEV;
  }
  if (file_system.programs == Programs::ignored) {
    attributes |= MOUNT_ATTR_NOEXEC;
  }
  return attributes;
}

struct FlagPair {
  unsigned long status;  ///< as statvfs(3) tells it
  unsigned long mount;   ///< as mount(2) takes it
};

constexpr FlagPair kept_flags[] = {{ST_NOSUID, MS_NOSUID},
                                   {ST_NODEV, MS_NODEV},
                                   {ST_NOEXEC, MS_NOEXEC},
                                   {ST_NOATIME, MS_NOATIME},
                                   {ST_NODIRATIME, MS_NODIRATIME},
                                   {ST_RELATIME, MS_RELATIME}};

}  // namespace

int set_propagation(Propagation propagation) noexcept {
  constexpr unsigned long flags[] = {0, MS_PRIVATE, MS_SHARED, MS_SLAVE};
  const unsigned long flag = flags[static_cast<std::size_t>(propagation)];
  return flag == 0 ? 0 : errno_of(::mount("none", "/", nullptr, MS_REC | flag, nullptr));
}

int make_private(const char* path) noexcept {
  return errno_of(::mount("none", path, nullptr, MS_PRIVATE, nullptr));
}

Opened open_place(const char* path) noexcept {
  Opened place = open_resolved(path, RESOLVE_NO_MAGICLINKS);
  if (is_not_to_be_had(place.errnum)) {
    place = opened(::open(path, O_PATH | O_CLOEXEC));
  }
  return place;
}

Opened open_same_place(const char* path, const FileIdentity& identity) noexcept {
  Opened place = open_resolved(path, RESOLVE_NO_SYMLINKS);
  if (is_not_to_be_had(place.errnum)) {
    place = opened(::open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  }
  struct stat status = {};
  if (place.errnum == 0 && ::fstat(place.file.get(), &status) != 0) {
    return {UniqueFd(), errno};
  }
  if (place.errnum == 0 && !(FileIdentity{status.st_dev, status.st_ino} == identity)) {
    return {UniqueFd(), ESTALE};
  }
  return place;
}

bool is_own_root(const UniqueFd& place) noexcept {
  struct statx root = {};
  struct statx other = {};
  const unsigned mask = STATX_INO | STATX_MNT_ID;
  const bool known = ::statx(AT_FDCWD, "/", 0, mask, &root) == 0 &&
                     ::statx(place.get(), "", AT_EMPTY_PATH, mask, &other) == 0 &&
                     (root.stx_mask & other.stx_mask & STATX_MNT_ID) != 0;
  return known && root.stx_ino == other.stx_ino && root.stx_mnt_id == other.stx_mnt_id;
}

bool is_directory(const UniqueFd& place) noexcept {
  struct stat status = {};
  return ::fstat(place.get(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::uint64_t device_of(const UniqueFd& place) noexcept {
  struct stat status = {};
  return ::fstat(place.get(), &status) == 0 ? status.st_dev : 0;
}

Opened copy_mounts(const UniqueFd& place) noexcept {
  return opened(::open_tree(
      place.get(), "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
}

Opened make_file_system(const FileSystem& file_system) noexcept {
  const Opened context = opened(::fsopen(file_system.type, FSOPEN_CLOEXEC));
  if (context.errnum != 0) {
    return {UniqueFd(), context.errnum};
  }
  const int fd = context.file.get();
  // What mountinfo calls the source; it decides nothing.
  static_cast<void>(::fsconfig(fd, FSCONFIG_SET_STRING, "source", file_system.type, 0));
  for (const FileSystemOption& option : file_system.options) {
    if (::fsconfig(fd, FSCONFIG_SET_STRING, option.name, option.value, 0) != 0) {
      return {UniqueFd(), errno};
    }
  }
  if (::fsconfig(fd, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return {UniqueFd(), errno};
  }
  return opened(::fsmount(fd, FSMOUNT_CLOEXEC, attributes_of(file_system)));
}

int attach(const UniqueFd& mounts, const UniqueFd& place) noexcept {
  return errno_of(::move_mount(
      mounts.get(), "", place.get(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}

int make_all_read_only(const UniqueFd& mounts) noexcept {
  struct mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  const int error = errno_of(::mount_setattr(
      mounts.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes));
  return is_not_to_be_had(error) ? ENOSYS : error;
}

int make_read_only(const char* path) noexcept {
  struct statvfs status = {};
  if (::statvfs(path, &status) != 0) {
    return errno;
  }
  unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
  for (const FlagPair& pair : kept_flags) {
    flags |= (status.f_flag & pair.status) != 0 ? pair.mount : 0;
  }
  return errno_of(::mount("none", path, nullptr, flags, nullptr));
}

int leave_for_root(const UniqueFd& mounts) noexcept {
  if (::fchdir(mounts.get()) != 0) {
    return errno;
  }
  // Both directories are one: the former root lies on top of the new one then, and is taken away
  // (pivot_root(2)).
  if (::syscall(SYS_pivot_root, ".", ".") != 0) {
    return errno;
  }
  const int error = errno_of(::umount2(".", MNT_DETACH));
  return error != 0 ? error : errno_of(::chdir("/"));
}

int make_directory(const UniqueFd& parent, const char* name) noexcept {
  constexpr mode_t mode = 0755;
  const int error = errno_of(::mkdirat(parent.get(), name, mode));
  return error == EEXIST ? 0 : error;
}

int make_file(const UniqueFd& parent, const char* name) noexcept {
  constexpr mode_t mode = 0644;
  const int error = errno_of(::mknodat(parent.get(), name, S_IFREG | mode, 0));
  return error == EEXIST ? 0 : error;
}

int make_link(const UniqueFd& parent, const char* name, const char* target) noexcept {
  const int error = errno_of(::symlinkat(target, parent.get(), name));
  return error == EEXIST ? 0 : error;
}

int write_text_at(const UniqueFd& directory, const char* name, std::string_view text) noexcept {
  const UniqueFd file(retry([&] { return ::openat(directory.get(), name, O_WRONLY | O_CLOEXEC); }));
  return file ? write_text_to(file, text) : errno;
}

}  // namespace nsplay::sys
