#include "kernel/small_root.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <gtest/gtest.h>

#include "support/processes.h"

namespace nsplay::test {
namespace {

constexpr const char* busybox = "/bin/busybox";

void check(int result, const std::string& path) {
  if (result != 0) {
    throw std::system_error(errno, std::generic_category(), path);
  }
}

}  // namespace

SmallRoot::SmallRoot(std::vector<std::string> made) : made_(std::move(made)) {
  make_directory("/bin");
  std::filesystem::copy_file(busybox, *this / "/bin/busybox");
  make_link("/bin/sh", "busybox");
}

SmallRoot::~SmallRoot() {
  made_.insert(made_.begin(), {"/bin", "/bin/busybox", "/bin/sh"});
  std::reverse(made_.begin(), made_.end());
  for (const std::string& name : made_) {
    const std::string path = *this / name;
    if (std::remove(path.c_str()) != 0 && errno != ENOENT) {
      ADD_FAILURE() << path << ": " << std::generic_category().message(errno);
    }
  }
}

std::string SmallRoot::operator/(const std::string& name) const {
  return directory_.path() + name;
}

void SmallRoot::make_directory(const std::string& name) const {
  const std::string path = *this / name;
  check(::mkdir(path.c_str(), 0755), path);
}

void SmallRoot::make_link(const std::string& name, const std::string& target) const {
  const std::string path = *this / name;
  check(::symlink(target.c_str(), path.c_str()), path);
}

std::string reason_without_small_root() {
  if (::access(busybox, X_OK) != 0) {
    return "there is no static busybox (package busybox-static)";
  }
  const std::string mounts = read_process_file(::getpid(), "mountinfo");
  return mounts.find(" / / ") != std::string::npos && mounts.find(" - rootfs ") != std::string::npos
             ? "the root is the initramfs, which pivot_root(2) cannot leave"
             : "";
}

}  // namespace nsplay::test
