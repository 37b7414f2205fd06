#pragma once

// /proc/PID/mountinfo, proc(5): what is mounted where.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::procfs {

/// One mount. Paths are as the kernel means them, without the escapes of the file.
struct Mount {
  std::string root;         ///< what of the file system is mounted; of nsfs "net:[4026532178]"
  std::string mount_point;  ///< below the reader's root directory
  std::string type;         ///< of the file system
  std::string options;      ///< of the file system, with commas
};

/// Bytes; 100,000 mounts, which is the default of fs.mount-max, fit.
constexpr std::size_t mountinfo_limit = 64UL * 1024 * 1024;

/// In the file's order: a later mount may hide an earlier one. Errors: a line without its fields.
Result<std::vector<Mount>> parse_mountinfo(std::string_view text);

/// The same for whom few mounts are better than none: a line without its fields is left out.
std::vector<Mount> readable_mounts(std::string_view text);

/// Whether the list, whose parts have commas between them, has this part.
bool has_option(std::string_view options, std::string_view option);

}  // namespace nsplay::procfs
