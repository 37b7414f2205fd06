#pragma once

// Bind mounts of one file on another, mount(2), as they keep a namespace alive without a process.

#include <string>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// A name in a directory that is held, so that nobody can put another directory in its place.
struct MountPlace {
  UniqueFd directory;
  std::string name;
  std::string shown_as;
};

/// What `source` is open on appears at the place. Needs /proc. Errors: EPERM no CAP_SYS_ADMIN;
/// EINVAL, of a mnt namespace: it is the caller's or older, or the place is on a mount that passes
/// on to others what is mounted on it (mount_namespaces(7)).
Result<> bind_on(const UniqueFd& source, const MountPlace& place);

/// A mount of the file at the place on itself, which passes on nothing that is mounted on it.
Result<> make_private_place(const MountPlace& place);

/// Takes the uppermost mount away from the place, umount2(2) MNT_DETACH. Errors: EINVAL nothing is
/// mounted there, EPERM no CAP_SYS_ADMIN.
Result<> unbind(const MountPlace& place);

/// The same for a process whose working directory is the place's, without /proc.
Result<> unbind_in_working_directory(const MountPlace& place);

}  // namespace nsplay::sys
