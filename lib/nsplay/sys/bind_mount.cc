#include "nsplay/sys/bind_mount.h"

#include <sys/mount.h>

#include <cerrno>

#include "nsplay/sys/files.h"

namespace nsplay::sys {
namespace {

std::string path_of(const MountPlace& place) {
  return descriptor_path(place.directory.get()) + "/" + place.name;
}

Result<> mount_at(const std::string& source, const MountPlace& place, unsigned long flags) {
  if (::mount(source.c_str(), path_of(place).c_str(), nullptr, flags, nullptr) != 0) {
    const int error = errno;
    return fail(Error::of(error, "mount", place.shown_as));
  }
  return {};
}

Result<> unmount(const std::string& path, const MountPlace& place) {
  if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) {
    const int error = errno;
    return fail(Error::of(error, "umount2", place.shown_as));
  }
  return {};
}

}  // namespace

Result<> bind_on(const UniqueFd& source, const MountPlace& place) {
  return mount_at(descriptor_path(source.get()), place, MS_BIND);
}

Result<> make_private_place(const MountPlace& place) {
  auto mounted = mount_at(path_of(place), place, MS_BIND);
  if (!mounted) {
    return mounted;
  }
  auto made_private = mount_at("none", place, MS_PRIVATE);
  if (!made_private) {
    static_cast<void>(unbind(place));
  }
  return made_private;
}

Result<> unbind(const MountPlace& place) {
  return unmount(path_of(place), place);
}

Result<> unbind_in_working_directory(const MountPlace& place) {
  return unmount(place.name, place);
}

}  // namespace nsplay::sys
