#pragma once

// nsplay list: the namespaces of the machine, and the processes of some of them.

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/listing.h"
#include "nsplay/ops/process_look.h"

namespace nsplay::ops {

struct ListRequest {
  ns::KindSet kinds = ns::KindSet::all();
  std::optional<pid_t> pid = {};  ///< only those of this process, its threads, its next child
  ListDetails details = {};
  ns::Sources sources = ns::Sources::quick;
  ns::OnProgress on_progress = {};  ///< of the sources that are not quick
};

struct ListReport {
  std::vector<ListedNamespace> namespaces;  ///< by inode
  std::size_t unreadable_processes = 0;     ///< that the caller may not look at
};

/// Errors: ESRCH no process has the pid; those of reading /proc.
Result<ListReport> list(const ListRequest& request);

/// A namespace and who is in it.
struct NamespaceProcesses {
  ns::NamespaceRef ref;
  std::vector<ListedProcess> processes;  ///< by pid; then threads that are in it without theirs
};

struct ProcessesReport {
  std::vector<NamespaceProcesses> namespaces;  ///< in the order of the question
  std::size_t unreadable_processes = 0;
};

/// `names`: inodes, KIND:[INODE], KIND:INODE or id:ID. Errors: usage, it is none of them; ESRCH
/// there is no such namespace.
Result<ProcessesReport> list_processes(const std::vector<std::string>& names);

}  // namespace nsplay::ops
