#pragma once

// Files, directories and pipes: open(2), read(2), readlink(2), fstat(2), pipe2(2). Every descriptor
// is close-on-exec; reads of /proc are bounded, since another process decides how long the text is.

#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// Which file it is. For a namespace this identifies it only while a descriptor on it is held: the
/// kernel uses inode numbers again.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

/// open(2); O_CLOEXEC is added.
Result<UniqueFd> open_file(const std::string& path, int flags);

/// The link of /proc to what the descriptor is open on.
std::string descriptor_path(int descriptor);

/// Opens what an O_PATH descriptor stands for, whatever its path means by now. Needs /proc. Errors:
/// those of open(2).
Result<UniqueFd> open_again(const UniqueFd& place, int flags, std::string_view shown_as);

/// What is below a directory that is taken for the root of all of its path, symbolic links
/// included, so that no link leads out of it; O_PATH, not yet for reading: that may wait, or do
/// something, if the file is not what it should be. Errors: those of openat2(2), ENOSYS before
/// Linux 5.6.
Result<UniqueFd> open_in_root(const UniqueFd& root, const char* path);

/// The same, for a path that the kernel knows by now, as it knows those of mounts: asks no server
/// of a file system that may be hung. Errors: those of openat2(2); EAGAIN, it would have to ask;
/// EINVAL before Linux 5.12.
Result<UniqueFd> open_known_in_root(const UniqueFd& root, const char* path);

/// A directory in this one, by a name that is no link and that nothing is mounted on; O_PATH.
/// Errors: those of openat2(2), EXDEV something is mounted there, ENOSYS before Linux 5.6.
Result<UniqueFd> open_directory_inside(const UniqueFd& directory,
                                       const char* name,
                                       std::string_view shown_as);

struct DeviceNumbers {
  unsigned major = 0;
  unsigned minor = 0;
};

/// Whether it is the device file of such a character device, mknod(2).
Result<bool> is_character_device(const UniqueFd& file,
                                 DeviceNumbers numbers,
                                 std::string_view shown_as);

/// openat(2); O_CLOEXEC is added. `shown_as` is how messages call the file.
Result<UniqueFd> open_at(const UniqueFd& directory,
                         const char* name,
                         int flags,
                         std::string_view shown_as);

/// All bytes of the file, at most `limit`; EFBIG when there are more.
Result<std::string> read_all(const UniqueFd& file, std::size_t limit, std::string_view shown_as);

/// The text of a regular file, as open_in_root() finds it. Waits for nothing that O_NONBLOCK
/// spares. Errors: those of open_in_root(); EFBIG when it has more than `limit` bytes; errno 0, it
/// is no regular file, or one of /proc.
Result<std::string> read_in_root(const UniqueFd& root, const char* path, std::size_t limit);

/// One write(2) of the whole text, as the files of /proc demand it.
Result<> write_once(const UniqueFd& file, std::string_view text, std::string_view shown_as);

/// readlinkat(2) of a link of at most 4,096 bytes.
Result<std::string> read_link_at(const UniqueFd& directory,
                                 const char* name,
                                 std::string_view shown_as);

/// readlink(2), the same.
Result<std::string> read_link(const char* path);

/// fstat(2): which file the descriptor is of.
Result<FileIdentity> identity_of(const UniqueFd& file, std::string_view shown_as);

/// fstatat(2), links followed.
Result<FileIdentity> identity_at(const UniqueFd& directory,
                                 const char* name,
                                 std::string_view shown_as);

/// The file system's f_type, statfs(2).
Result<std::int64_t> file_system_type(const UniqueFd& file, std::string_view shown_as);

/// The names in an open directory that are numbers, in the directory's order.
Result<std::vector<pid_t>> numeric_entries(const UniqueFd& directory, std::string_view shown_as);

/// pipe2(2), both ends close-on-exec. Errors: EMFILE, ENFILE.
Result<Pipe> make_pipe();

/// fchmod(2) of a pipe's end, which only its maker may open once more by /proc/PID/fd otherwise.
Result<> let_everybody_open(const UniqueFd& pipe);

/// write(2) of a message shorter than PIPE_BUF, which a pipe takes whole. Allocates nothing.
void send_bytes(const UniqueFd& pipe, const void* bytes, std::size_t size) noexcept;

/// open(2) of an existing file and one write(2); the errno, 0 for success. Allocates nothing.
[[nodiscard]] int write_text_to(const char* path, std::string_view text) noexcept;

/// write(2) of a text, once; the errno, 0 for success. Allocates nothing.
[[nodiscard]] int write_text_to(const UniqueFd& file, std::string_view text) noexcept;

/// Reads exactly `size` bytes; false at the end of the file, or when it ends in between.
bool receive_bytes(const UniqueFd& pipe, void* bytes, std::size_t size) noexcept;

/// What one read(2) or write(2) came to.
struct Transfer {
  std::size_t bytes = 0;  ///< with errno 0 and no bytes, a read is at the end
  int errnum = 0;         ///< EAGAIN: not now
};

Transfer read_some(int fd, std::span<char> buffer) noexcept;
Transfer write_some(int fd, std::string_view bytes) noexcept;

/// Writes to a stream of this process, all of it, through partial writes and EINTR.
Result<> write_fully(int fd, std::string_view text, std::string_view shown_as);

}  // namespace nsplay::sys
