#pragma once

// Programs that have no file, memfd_create(2).

#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// A file without a path that can be executed, execveat(2). Errors: those of memfd_create(2);
/// EACCES where vm.memfd_noexec forbids it.
Result<UniqueFd> make_memory_program(const char* name, std::string_view image);

/// Nobody changes the file any more. The errno.
[[nodiscard]] int seal_program(const UniqueFd& file) noexcept;

}  // namespace nsplay::sys
