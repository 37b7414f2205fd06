#include "nsplay/sys/directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include <dirent.h>

#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

constexpr mode_t permission_bits = 07777;

Result<struct stat> status_of(const UniqueFd& file, std::string_view shown_as) {
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) {
    const int error = errno;
    return fail(Error::of(error, "fstat", shown_as));
  }
  return status;
}

}  // namespace

Result<Ownership> ownership_of(const UniqueFd& file, std::string_view shown_as) {
  const auto status = TRY(status_of(file, shown_as));
  return Ownership{status.st_uid, status.st_gid, status.st_mode & permission_bits};
}

Result<std::chrono::system_clock::time_point> modified_at(const UniqueFd& file,
                                                          std::string_view shown_as) {
  const timespec time = TRY(status_of(file, shown_as)).st_mtim;
  return std::chrono::system_clock::time_point(std::chrono::seconds(time.tv_sec) +
                                               std::chrono::nanoseconds(time.tv_nsec));
}

Result<bool> is_regular_file(const UniqueFd& file, std::string_view shown_as) {
  return S_ISREG(TRY(status_of(file, shown_as)).st_mode);
}

Result<> make_directory_at(const UniqueFd& directory, const char* name, std::string_view shown_as) {
  if (::mkdirat(directory.get(), name, S_IRWXU) != 0 && errno != EEXIST) {
    const int error = errno;
    return fail(Error::of(error, "mkdir", shown_as));
  }
  return {};
}

Result<> make_new_directory_at(const UniqueFd& directory,
                               const char* name,
                               std::string_view shown_as) {
  constexpr mode_t mode = S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;
  if (::mkdirat(directory.get(), name, mode) != 0) {
    const int error = errno;
    return fail(Error::of(error, "mkdir", shown_as));
  }
  return {};
}

int check_writable_at(const UniqueFd& directory, const char* name) noexcept {
  return ::faccessat(directory.get(), name, W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

Result<> remove_directory_at(const UniqueFd& directory,
                             const char* name,
                             std::string_view shown_as) {
  if (::unlinkat(directory.get(), name, AT_REMOVEDIR) != 0) {
    const int error = errno;
    return fail(Error::of(error, "rmdir", shown_as));
  }
  return {};
}

Result<> make_link_at(const UniqueFd& directory,
                      const char* name,
                      const std::string& text,
                      std::string_view shown_as) {
  if (::symlinkat(text.c_str(), directory.get(), name) != 0) {
    const int error = errno;
    return fail(Error::of(error, "symlink", shown_as));
  }
  return {};
}

Result<> lock(const UniqueFd& file, std::string_view shown_as) {
  if (retry([&] { return ::flock(file.get(), LOCK_EX); }) != 0) {
    const int error = errno;
    return fail(Error::of(error, "flock", shown_as));
  }
  return {};
}

bool try_lock(const UniqueFd& file) noexcept {
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

void unlock(const UniqueFd& file) noexcept {
  ::flock(file.get(), LOCK_UN);
}

Result<> write_new_file_at(const UniqueFd& directory,
                           const char* name,
                           std::string_view text,
                           std::string_view shown_as) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const UniqueFd file(
      retry([&] { return ::openat(directory.get(), name, flags, S_IRUSR | S_IWUSR); }));
  if (!file) {
    const int error = errno;
    return fail(Error::of(error, "open", shown_as));
  }
  auto written = write_fully(file.get(), text, shown_as);
  if (!written) {
    ::unlinkat(directory.get(), name, 0);
  }
  return written;
}

Result<> make_whole_file_at(const UniqueFd& directory,
                            const char* name,
                            std::string_view text,
                            std::string_view shown_as) {
  constexpr int flags = O_WRONLY | O_TMPFILE | O_CLOEXEC;
  const UniqueFd file(
      retry([&] { return ::openat(directory.get(), ".", flags, S_IRUSR | S_IWUSR); }));
  if (file && write_fully(file.get(), text, shown_as)) {
    const std::string unnamed = descriptor_path(file.get());
    if (::linkat(AT_FDCWD, unnamed.c_str(), directory.get(), name, AT_SYMLINK_FOLLOW) == 0) {
      return {};
    }
  }
  return write_new_file_at(directory, name, text, shown_as);
}

Result<UniqueFd> open_regular_file_at(const UniqueFd& directory,
                                      const char* name,
                                      std::string_view shown_as) {
  // Opening a fifo for reading would wait for its writer, fifo(7).
  UniqueFd file =
      TRY(open_at(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, shown_as));
  const auto status = TRY(status_of(file, shown_as));
  if (S_ISDIR(status.st_mode)) {
    return fail(Error::of(EISDIR, "read", shown_as));
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(Error::of(0, shown_as, "is not a regular file"));
  }
  return file;
}

Result<std::string> read_file_at(const UniqueFd& directory,
                                 const char* name,
                                 std::size_t limit,
                                 std::string_view shown_as) {
  return read_all(TRY(open_regular_file_at(directory, name, shown_as)), limit, shown_as);
}

Result<> rename_at(const UniqueFd& directory,
                   const char* from,
                   const char* to,
                   std::string_view shown_as) {
  if (::renameat(directory.get(), from, directory.get(), to) != 0) {
    const int error = errno;
    return fail(Error::of(error, "rename", shown_as));
  }
  return {};
}

Result<> remove_at(const UniqueFd& directory, const char* name, std::string_view shown_as) {
  if (::unlinkat(directory.get(), name, 0) != 0 && errno != ENOENT) {
    const int error = errno;
    return fail(Error::of(error, "unlink", shown_as));
  }
  return {};
}

Result<std::vector<std::string>> names_in(const UniqueFd& directory, std::string_view shown_as) {
  // fdopendir(3) takes the descriptor over, and its position is shared: a fresh one is opened.
  UniqueFd own = TRY(open_at(directory, ".", O_RDONLY | O_DIRECTORY, shown_as));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), &::closedir);
  if (!stream) {
    const int error = errno;
    return fail(Error::of(error, "opendir", shown_as));
  }
  static_cast<void>(own.release());  // closedir(3) closes it
  std::vector<std::string> names;
  // readdir(3) is safe here: the stream belongs to this call alone.
  while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe)
    names.emplace_back(&entry->d_name[0]);
  }
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
  return names;
}

}  // namespace nsplay::sys
