#pragma once

// From a name to what has it: a play, a network namespace of ip-netns(8), or a container.

#include <string>
#include <variant>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::target {

/// What a TARGET is: a pinned process or one held namespace.
using Subject = std::variant<procfs::PinnedProcess, ns::NamespaceHandle>;

/// What is said of a name that no play has; `hint` may be empty.
Error no_such_play(const std::string& name, const std::string& hint = {});

/// Errors: ESRCH there is no such play, or it has ended; those of reading the register.
Result<procfs::PinnedProcess> open_play(const std::string& name);

/// Errors: ENOENT there is none; absent: its file is no namespace; those of opening a namespace
/// file.
Result<ns::NamespaceHandle> open_netns(const std::string& name);

/// Whichever of these it is, or the container whose id it is or begins. Errors: usage, several have
/// this name; ESRCH none has, or what has it has ended.
Result<Subject> open_named(const std::string& name);

}  // namespace nsplay::target
