#include "support/temporary_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <vector>

#include <dirent.h>
#include <gtest/gtest.h>

#include "support/pipes.h"

namespace nsplay::test {

namespace {

std::vector<std::string> names_in(const sys::UniqueFd& directory) {
  std::vector<std::string> names;
  // Closed by closedir(3).
  const int own = ::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own), &::closedir);
  // readdir(3) is safe here: the stream belongs to this call alone.
  while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe)
    names.emplace_back(&entry->d_name[0]);
  }
  return names;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() : path_("/tmp/nsplay-test-XXXXXX") {
  if (::mkdtemp(path_.data()) != nullptr && ::chmod(path_.c_str(), 0755) == 0) {
    directory_ = sys::UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  if (!directory_) {
    throw std::system_error(errno, std::generic_category(), path_);
  }
}

TemporaryDirectory::~TemporaryDirectory() {
  // A test may have taken its own permission away.
  ::fchmod(directory_.get(), 0700);
  for (const std::string& name : names_in(directory_)) {
    ::unlinkat(directory_.get(), name.c_str(), 0);  // refuses directories
  }
  if (::rmdir(path_.c_str()) != 0) {
    ADD_FAILURE() << path_ << " cannot be removed: " << std::generic_category().message(errno);
  }
}

std::string TemporaryDirectory::file(std::string_view name,
                                     std::string_view content,
                                     mode_t mode) const {
  std::string path = path_ + "/" + std::string(name);
  const sys::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, mode));
  if (!file || ::fchmod(file.get(), mode) != 0) {
    throw std::system_error(errno, std::generic_category(), path);
  }
  write_text(file.get(), content);
  return path;
}

}  // namespace nsplay::test
