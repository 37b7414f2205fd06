#pragma once

// The init of a pid namespace as a program of few bytes in a sealed memfd: as long as it lives it
// takes little room, and /proc/1/exe in there is not the binary of nsplay (CVE-2019-5736).

#include <sys/types.h>

#include "nsplay/base/result.h"
#include "nsplay/sys/init/serve.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

class [[nodiscard]] InitProgram {
 public:
  /// Errors: those of make_memory_program().
  static Result<InitProgram> make();

  [[nodiscard]] const UniqueFd& file() const noexcept { return file_; }

  /// Whether the kernel says that this process may execute it: AT_EXECVE_CHECK, Linux 6.14. Before
  /// that nobody knows.
  [[nodiscard]] bool is_known_to_be_executable() const noexcept;

  /// The calling process becomes it; of all descriptors it inherits those of its duty, whatever
  /// their flags are. Returns only the errno.
  [[nodiscard]] int execute(const InitDuty& duty,
                            char* const* words,
                            char* const* environment) const noexcept;

 private:
  UniqueFd file_;
  off_t place_of_duty_ = 0;
};

}  // namespace nsplay::sys
