#pragma once

// nsplay list: the namespaces of the machine, and the processes of some of them.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/process_look.h"

namespace nsplay::ops {

/// A file on which a namespace is bound, where the caller is not.
struct MountElsewhere {
  std::string path;
  ns::NamespaceRef where;  ///< the mount namespace, which shows it at this path
};

struct ListedNamespace {
  ns::NamespaceRef ref;
  std::size_t processes = 0;                    ///< in it, zombies not counted
  std::size_t threads = 0;                      ///< in it without their process
  std::size_t pending = 0;                      ///< processes whose next child will be in it
  std::optional<std::size_t> descriptors = {};  ///< open on it; empty: not looked for
  std::optional<std::size_t> sockets = {};      ///< of it, of processes that are elsewhere
  std::optional<ListedProcess> process;   ///< the one with the lowest pid; else one that keeps it
  std::optional<ns::NamespaceRef> owner;  ///< empty: it has none, or the caller may not see it
  std::optional<ns::NamespaceRef> parent;
  std::optional<uid_t> owner_uid;        ///< who made the owner; of a user namespace: who made it
  std::optional<std::string> name = {};  ///< as a TARGET: "play:web", "netns:blue"
  std::optional<std::string> creator = {};  ///< the user who made it, where that is known
  std::vector<std::string> mounts;          ///< files on which it is bound, where the caller is
  std::vector<MountElsewhere> mounts_elsewhere;
};

/// What is looked up beyond the count; each costs something.
struct ListDetails {
  bool process = true;    ///< who the process with the lowest pid is
  bool relations = true;  ///< owner, parent, owner_uid
  bool names = true;      ///< name, creator
};

struct ListRequest {
  ns::KindSet kinds = ns::KindSet::all();
  std::optional<pid_t> pid = {};  ///< only the namespaces of this process
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
  std::vector<ListedProcess> processes;  ///< by pid; threads without their process not among them
};

struct ProcessesReport {
  std::vector<NamespaceProcesses> namespaces;  ///< in the order of the question
  std::size_t unreadable_processes = 0;
};

/// `names`: inodes, KIND:[INODE], KIND:INODE or id:ID. Errors: usage, it is none of them; ESRCH
/// there is no such namespace.
Result<ProcessesReport> list_processes(const std::vector<std::string>& names);

}  // namespace nsplay::ops
