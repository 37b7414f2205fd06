#include "kernel/chroot.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <sstream>

#include "support/child_in_namespaces.h"
#include "support/must.h"

namespace nsplay::test {
namespace {

/// A mount made where mounts are shared would appear outside as well, and outlive the namespace
/// there.
void keep_mounts_to_ourselves() {
  must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
}

}  // namespace

void make_root_of(const std::string& directory) {
  keep_mounts_to_ourselves();
  must(::mount("/", directory.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0, "bind /");
  must(::chroot(directory.c_str()) == 0, "chroot");
}

void make_empty_root_of(const std::string& directory) {
  keep_mounts_to_ourselves();
  must(::mount("none", directory.c_str(), "tmpfs", 0, nullptr) == 0, "mount a tmpfs");
  must(::chroot(directory.c_str()) == 0, "chroot");
}

void make_read_only(const std::string& file) {
  keep_mounts_to_ourselves();
  must(::mount(file.c_str(), file.c_str(), nullptr, MS_BIND, nullptr) == 0, "bind");
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  must(::mount_setattr(AT_FDCWD, file.c_str(), 0, &attributes, sizeof attributes) == 0,
       "mount_setattr");
}

void hide_a_part_of_proc() {
  unshare_or_end({ns::Kind::mnt});
  keep_mounts_to_ourselves();
  must(::mount("none", "/proc/acpi", "tmpfs", 0, nullptr) == 0 ||
           ::mount("none", "/proc/tty", "tmpfs", 0, nullptr) == 0,
       "mount a tmpfs");
}

std::string root_mount_of(const std::string& mountinfo) {
  std::istringstream lines(mountinfo);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string number;
    std::string parent;
    std::string device;
    std::string root;
    std::string place;
    if (words >> number >> parent >> device >> root >> place && place == "/") {
      return number;
    }
  }
  return {};
}

}  // namespace nsplay::test
