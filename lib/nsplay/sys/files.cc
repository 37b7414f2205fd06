#include "nsplay/sys/files.h"

#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include <dirent.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

Result<struct stat> stat_of(const UniqueFd& file, std::string_view shown_as) {
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) {
    const int error = errno;
    return fail(Error::of(error, "fstat", shown_as));
  }
  return status;
}

template <typename Call>
Transfer transfer(const Call& call) noexcept {
  const auto count = retry(call);
  return count < 0 ? Transfer{0, errno} : Transfer{static_cast<std::size_t>(count), 0};
}

Result<std::string> read_link_at(int directory, const char* name, std::string_view shown_as) {
  std::array<char, 4096> buffer = {};
  const auto length = ::readlinkat(directory, name, buffer.data(), buffer.size());
  if (length < 0) {
    const int error = errno;
    return fail(Error::of(error, "readlink", shown_as));
  }
  if (static_cast<std::size_t>(length) == buffer.size()) {
    return fail(Error::of(ENAMETOOLONG, "readlink", shown_as));
  }
  return std::string(buffer.data(), static_cast<std::size_t>(length));
}

/// openat2(2); O_CLOEXEC is added.
Result<UniqueFd> open_as(const UniqueFd& directory,
                         const char* path,
                         open_how how,
                         std::string_view shown_as) {
  how.flags |= O_CLOEXEC;
  UniqueFd place(static_cast<int>(
      retry([&] { return ::syscall(SYS_openat2, directory.get(), path, &how, sizeof how); })));
  if (!place) {
    const int error = errno;
    return fail(Error::of(error, "openat2", shown_as));
  }
  return place;
}

}  // namespace

std::string descriptor_path(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

Result<UniqueFd> open_file(const std::string& path, int flags) {
  const int fd = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC); });
  if (fd < 0) {
    const int error = errno;
    return fail(Error::of(error, "open", escape_for_terminal(path)));
  }
  return UniqueFd(fd);
}

Result<UniqueFd> open_again(const UniqueFd& place, int flags, std::string_view shown_as) {
  const std::string path = descriptor_path(place.get());
  return open_at(place, path.c_str(), flags, escape_for_terminal(shown_as));
}

Result<UniqueFd> open_at(const UniqueFd& directory,
                         const char* name,
                         int flags,
                         std::string_view shown_as) {
  const int fd = retry([&] { return ::openat(directory.get(), name, flags | O_CLOEXEC); });
  if (fd < 0) {
    const int error = errno;
    return fail(Error::of(error, "open", shown_as));
  }
  return UniqueFd(fd);
}

Result<std::string> read_all(const UniqueFd& file, std::size_t limit, std::string_view shown_as) {
  std::string text;
  for (;;) {
    std::array<char, 4096> buffer = {};
    const auto count = retry([&] { return ::read(file.get(), buffer.data(), buffer.size()); });
    if (count < 0) {
      const int error = errno;
      return fail(Error::of(error, "read", shown_as));
    }
    if (count == 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > limit) {
      return fail(Error::of(EFBIG, "read", shown_as));
    }
  }
}

Result<UniqueFd> open_in_root(const UniqueFd& root, const char* path) {
  open_how how = {};
  how.flags = O_PATH;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return open_as(root, path, how, path);
}

Result<UniqueFd> open_known_in_root(const UniqueFd& root, const char* path) {
  open_how how = {};
  how.flags = O_PATH;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED;
  return open_as(root, path, how, path);
}

Result<UniqueFd> open_directory_inside(const UniqueFd& directory,
                                       const char* name,
                                       std::string_view shown_as) {
  open_how how = {};
  how.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
  return open_as(directory, name, how, shown_as);
}

Result<bool> is_character_device(const UniqueFd& file,
                                 DeviceNumbers numbers,
                                 std::string_view shown_as) {
  const auto status = TRY(stat_of(file, shown_as));
  return S_ISCHR(status.st_mode) && status.st_rdev == ::makedev(numbers.major, numbers.minor);
}

Result<std::string> read_in_root(const UniqueFd& root, const char* path, std::size_t limit) {
  const UniqueFd place = TRY(open_in_root(root, path));
  const auto status = TRY(stat_of(place, path));
  if (!S_ISREG(status.st_mode)) {
    return fail(Error::of(0, path, "is not a regular file"));
  }
  // Reading /proc/kmsg and the like would change the machine, for who may.
  if (TRY(file_system_type(place, path)) == abi::proc_magic) {
    return fail(Error::of(0, path, "is a file of /proc"));
  }
  const UniqueFd file = TRY(open_again(place, O_RDONLY | O_NONBLOCK, path));
  return read_all(file, limit, path);
}

Result<> write_once(const UniqueFd& file, std::string_view text, std::string_view shown_as) {
  const auto count = retry([&] { return ::write(file.get(), text.data(), text.size()); });
  if (count < 0) {
    const int error = errno;
    return fail(Error::of(error, "write", shown_as));
  }
  if (static_cast<std::size_t>(count) != text.size()) {
    return fail(Error::of(EIO, "write", shown_as));
  }
  return {};
}

Result<std::string> read_link(const char* path) {
  return read_link_at(AT_FDCWD, path, path);
}

Result<std::string> read_link_at(const UniqueFd& directory,
                                 const char* name,
                                 std::string_view shown_as) {
  return read_link_at(directory.get(), name, shown_as);
}

Result<FileIdentity> identity_of(const UniqueFd& file, std::string_view shown_as) {
  const struct stat status = TRY(stat_of(file, shown_as));
  return FileIdentity{status.st_dev, status.st_ino};
}

Result<FileIdentity> identity_at(const UniqueFd& directory,
                                 const char* name,
                                 std::string_view shown_as) {
  struct stat status = {};
  if (::fstatat(directory.get(), name, &status, 0) != 0) {
    const int error = errno;
    return fail(Error::of(error, "stat", shown_as));
  }
  return FileIdentity{status.st_dev, status.st_ino};
}

Result<std::int64_t> file_system_type(const UniqueFd& file, std::string_view shown_as) {
  struct statfs status = {};
  if (retry([&] { return ::fstatfs(file.get(), &status); }) != 0) {
    const int error = errno;
    return fail(Error::of(error, "statfs", shown_as));
  }
  return status.f_type;
}

Result<std::vector<pid_t>> numeric_entries(const UniqueFd& directory, std::string_view shown_as) {
  // fdopendir(3) takes the descriptor over, and its position is shared: a fresh one is opened.
  UniqueFd own = TRY(open_at(directory, ".", O_RDONLY | O_DIRECTORY, shown_as));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), &::closedir);
  if (!stream) {
    const int error = errno;
    return fail(Error::of(error, "opendir", shown_as));
  }
  static_cast<void>(own.release());  // closedir(3) closes it
  std::vector<pid_t> numbers;
  // readdir(3) is safe here: the stream belongs to this call alone.
  const auto next = [&] {
    errno = 0;
    return ::readdir(stream.get());  // NOLINT(concurrency-mt-unsafe)
  };
  while (const dirent* entry = next()) {
    if (const auto number = parse_number<pid_t>(&entry->d_name[0])) {
      numbers.push_back(*number);
    }
  }
  // The end of the directory leaves it as it was.
  if (errno != 0) {
    const int error = errno;
    return fail(Error::of(error, "readdir", shown_as));
  }
  return numbers;
}

Result<Pipe> make_pipe() {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    const int error = errno;
    return fail(Error::of(error, "pipe2", ""));
  }
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<> let_everybody_open(const UniqueFd& pipe) {
  if (::fchmod(pipe.get(), 0666) != 0) {
    const int error = errno;
    return fail(Error::of(error, "fchmod", "a pipe"));
  }
  return {};
}

void send_bytes(const UniqueFd& pipe, const void* bytes, std::size_t size) noexcept {
  // A reader that is gone needs no message.
  static_cast<void>(retry([&] { return ::write(pipe.get(), bytes, size); }));
}

bool receive_bytes(const UniqueFd& pipe, void* bytes, std::size_t size) noexcept {
  auto* next = static_cast<char*>(bytes);
  while (size > 0) {
    const auto count = retry([&] { return ::read(pipe.get(), next, size); });
    if (count <= 0) {
      return false;
    }
    next += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

Transfer read_some(int fd, std::span<char> buffer) noexcept {
  return transfer([&] { return ::read(fd, buffer.data(), buffer.size()); });
}

Transfer write_some(int fd, std::string_view bytes) noexcept {
  return transfer([&] { return ::write(fd, bytes.data(), bytes.size()); });
}

int write_text_to(const char* path, std::string_view text) noexcept {
  const UniqueFd file(retry([&] { return ::open(path, O_WRONLY | O_CLOEXEC); }));
  return file ? write_text_to(file, text) : errno;
}

int write_text_to(const UniqueFd& file, std::string_view text) noexcept {
  return write_some(file.get(), text).errnum;
}

Result<> write_fully(int fd, std::string_view text, std::string_view shown_as) {
  while (!text.empty()) {
    const auto count = retry([&] { return ::write(fd, text.data(), text.size()); });
    if (count < 0) {
      const int error = errno;
      return fail(Error::of(error, "write", shown_as));
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace nsplay::sys
