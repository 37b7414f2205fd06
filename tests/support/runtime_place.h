#pragma once

// A place of a test's own for what nsplay keeps below /run, so that a test neither sees nor ends
// the plays of this machine: root's /run itself, in the mounts that the test program has for
// itself; an ordinary user's XDG_RUNTIME_DIR.

#include <optional>
#include <string>
#include <vector>

#include "support/temporary_directory.h"

namespace nsplay::test {

class RuntimePlace {
 public:
  RuntimePlace();
  RuntimePlace(const RuntimePlace&) = delete;
  RuntimePlace& operator=(const RuntimePlace&) = delete;
  ~RuntimePlace();

  /// Where the register of plays is, whether or not it exists.
  [[nodiscard]] const std::string& plays() const { return plays_; }

  /// Of a play's file.
  [[nodiscard]] std::string file_of(const std::string& name) const;

  /// The names of all files in the register.
  [[nodiscard]] std::vector<std::string> files() const;

 private:
  std::optional<TemporaryDirectory> directory_;
  std::string plays_;
};

}  // namespace nsplay::test
