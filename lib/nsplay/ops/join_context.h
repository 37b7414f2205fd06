#pragma once

// The context, label or profile, that a security module gives a process.

#include <optional>
#include <string>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {

/// What a process writes about itself so that its next execve(2) has that context.
struct ExecContext {
  const char* file = nullptr;  ///< below /proc/thread-self
  std::string text;
};

/// That of the target. Empty where no security module has such contexts. Errors: those of reading
/// it; the context is longer than any is.
Result<std::optional<ExecContext>> exec_context_of(const procfs::PinnedProcess& process);

}  // namespace nsplay::ops
