#pragma once

// The directory below /run in which the caller's nsplay keeps what has to be found again by another
// nsplay. It is the user's alone: what lies in it decides which processes get signals.

#include <optional>
#include <string>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::target {

struct RuntimeDirectory {
  sys::UniqueFd directory;
  std::string path;
};

/// What the directory lies in.
std::string place_of_runtime_directory();

/// /run/nsplay of root, $XDG_RUNTIME_DIR/nsplay of others and of a root whose /run is not his, as
/// in a user namespace; /run/user/UID/nsplay where that variable is missing. Made when it is not
/// there. Errors: there is no such place; those of mkdir(2); it is a symbolic link, somebody
/// else's, or open to others.
Result<RuntimeDirectory> make_runtime_directory();

/// The same, but empty where there is none.
Result<std::optional<RuntimeDirectory>> open_runtime_directory();

/// Whether one could be made. Errors: there is no place for it, with the cure.
Result<> check_runtime_place();

}  // namespace nsplay::target
