#include "support/runtime_place.h"

#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>

#include <boost/filesystem/operations.hpp>
#include <gtest/gtest.h>

#include "support/must.h"

namespace nsplay::test {

RuntimePlace::RuntimePlace() {
  if (::geteuid() == 0) {
    must(::mount("tmpfs", "/run", "tmpfs", 0, "mode=755") == 0, "mount tmpfs on /run");
    plays_ = "/run/nsplay";
    return;
  }
  directory_.emplace();
  plays_ = directory_->path() + "/nsplay";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a test has one thread
  must(::setenv("XDG_RUNTIME_DIR", directory_->path().c_str(), 1) == 0, "setenv");
}

RuntimePlace::~RuntimePlace() {
  boost::system::error_code error;
  for (const auto& entry : boost::filesystem::directory_iterator(plays_, error)) {
    boost::filesystem::remove_all(entry.path(), error);  // follows no link
    EXPECT_FALSE(error) << entry.path();
  }
  ::rmdir(plays_.c_str());
  if (!directory_) {
    EXPECT_EQ(::umount2("/run", MNT_DETACH), 0);
  }
}

std::string RuntimePlace::file_of(const std::string& name) const {
  return plays_ + "/" + name + ".json";
}

std::vector<std::string> RuntimePlace::files() const {
  std::vector<std::string> names;
  boost::system::error_code error;
  for (const auto& entry : boost::filesystem::directory_iterator(plays_, error)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

}  // namespace nsplay::test
