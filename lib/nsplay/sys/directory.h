#pragma once

// A directory of files that belong to one user alone: made, checked, locked, and changed by names
// that are looked up in it and nowhere else. No symbolic link is followed below it.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// Whose a file is, and who else may change it; fstat(2).
struct Ownership {
  uid_t uid = 0;
  gid_t gid = 0;
  mode_t permissions = 0;  ///< the lowest twelve bits of st_mode
};

Result<Ownership> ownership_of(const UniqueFd& file, std::string_view shown_as);

/// When its content was written, fstat(2).
Result<std::chrono::system_clock::time_point> modified_at(const UniqueFd& file,
                                                          std::string_view shown_as);

/// fstat(2): neither a directory nor a link, a device, a pipe or a socket.
Result<bool> is_regular_file(const UniqueFd& file, std::string_view shown_as);

/// mkdirat(2) with mode 0700. One that is there already will do, whatever it is.
Result<> make_directory_at(const UniqueFd& directory, const char* name, std::string_view shown_as);

/// mkdirat(2) with mode 0755 of one that is not there yet. Errors: EEXIST it is.
Result<> make_new_directory_at(const UniqueFd& directory,
                               const char* name,
                               std::string_view shown_as);

/// faccessat(2) with the effective ids: whether this process may write there. The errno, 0 for yes.
[[nodiscard]] int check_writable_at(const UniqueFd& directory, const char* name) noexcept;

/// unlinkat(2) of an empty directory. Errors: ENOENT, ENOTEMPTY, of a cgroup EBUSY.
Result<> remove_directory_at(const UniqueFd& directory,
                             const char* name,
                             std::string_view shown_as);

/// symlinkat(2): a text of at most 4,095 bytes under a name, all of it or nothing. Errors: EEXIST.
Result<> make_link_at(const UniqueFd& directory,
                      const char* name,
                      const std::string& text,
                      std::string_view shown_as);

/// flock(2) LOCK_EX: waits until nobody else holds it. It ends with the descriptor, and with the
/// process.
Result<> lock(const UniqueFd& file, std::string_view shown_as);

/// The same without waiting. False: somebody else holds it, or it cannot be had.
bool try_lock(const UniqueFd& file) noexcept;

/// The end of that, for the copies that children have of the descriptor too.
void unlock(const UniqueFd& file) noexcept;

/// A new file with this text, openat(2) O_EXCL. What was begun is removed again when the text
/// cannot be written. Errors: EEXIST, ENOSPC, EACCES.
Result<> write_new_file_at(const UniqueFd& directory,
                           const char* name,
                           std::string_view text,
                           std::string_view shown_as);

/// The same, but there is never a file under that name with less than the whole text, whenever this
/// process is killed: O_TMPFILE and linkat(2). Where those are not to be had, or there is no /proc,
/// it is no more than the other.
Result<> make_whole_file_at(const UniqueFd& directory,
                            const char* name,
                            std::string_view text,
                            std::string_view shown_as);

/// A regular file for reading. Waits for nothing. Errors: those of read_file_at() but for EFBIG.
Result<UniqueFd> open_regular_file_at(const UniqueFd& directory,
                                      const char* name,
                                      std::string_view shown_as);

/// The text of a regular file of at most `limit` bytes. Waits for nothing. Errors: ENOENT, ELOOP a
/// symbolic link, EFBIG, EISDIR, ENXIO a socket; errno 0, it is another that is no regular file.
Result<std::string> read_file_at(const UniqueFd& directory,
                                 const char* name,
                                 std::size_t limit,
                                 std::string_view shown_as);

/// renameat(2), in place of what has that name.
Result<> rename_at(const UniqueFd& directory,
                   const char* from,
                   const char* to,
                   std::string_view shown_as);

/// unlinkat(2). A file that is not there is no error.
Result<> remove_at(const UniqueFd& directory, const char* name, std::string_view shown_as);

/// The names in an open directory, without "." and "..", in the directory's order.
Result<std::vector<std::string>> names_in(const UniqueFd& directory, std::string_view shown_as);

}  // namespace nsplay::sys
