#pragma once

// TARGET, the same word in every command: from what the user wrote to a pinned process or one held
// namespace.

#include <string>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/expression.h"
#include "nsplay/target/names.h"

namespace nsplay::target {

struct Target {
  std::string expression;  ///< what the user wrote
  Subject subject;
};

/// Errors: usage, no such form, or two things have this name; ESRCH no such process, nothing has
/// the name, or the pid is another process's by now;
/// those of opening a namespace file.
Result<Target> resolve(std::string_view expression);

/// The process that the target is. Usage error: it is a namespace, which has no `wish` to give,
/// such as an environment.
Result<const procfs::PinnedProcess*> process_of(const Target& target, std::string_view wish);

}  // namespace nsplay::target
