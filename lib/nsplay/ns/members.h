#pragma once

// Who is in a namespace: one look at every process of the machine that the caller may look at,
// which nothing asks for by default.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ns {

/// A thread that is where its process is not.
struct StrayThread {
  pid_t pid = 0;  ///< of the process
  pid_t tid = 0;
};

/// Both lists in the order of what was asked for.
struct Members {
  std::vector<std::vector<pid_t>> of;  ///< no zombies
  std::vector<std::vector<StrayThread>> threads;
  std::size_t unreadable = 0;  ///< processes that the caller may not look at
};

/// One look at every process, however many namespaces are asked for. These have to be held open by
/// the caller meanwhile. Errors: those of reading /proc.
Result<Members> find_members(const std::vector<NamespaceRef>& namespaces);

/// That of one process, by its link in /proc; empty when it cannot be read.
std::optional<std::uint64_t> namespace_inode(const procfs::ProcessDir& process, Kind kind);

}  // namespace nsplay::ns
