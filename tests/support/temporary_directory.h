#pragma once

// A directory of a test's own, gone afterwards with the files in it.
//
// Tests bind whole trees to such places. So nothing is ever removed below a mount, nor recursively:
// a directory in the directory is the test's own business.

#include <sys/types.h>

#include <string>
#include <string_view>

#include "nsplay/sys/unique_fd.h"

namespace nsplay::test {

class TemporaryDirectory {
 public:
  /// Below /tmp; anybody may enter it.
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Makes a file with this content and mode; its path.
  [[nodiscard]] std::string file(std::string_view name,
                                 std::string_view content,
                                 mode_t mode) const;

 private:
  std::string path_;
  sys::UniqueFd directory_;  ///< this very one, whatever gets mounted on it
};

}  // namespace nsplay::test
