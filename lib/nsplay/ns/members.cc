#include "nsplay/ns/members.h"

#include <cerrno>

#include "nsplay/base/try.h"
#include "nsplay/procfs/namespace_link.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ns {
namespace {

enum class Visibility { readable, hidden, gone };

Visibility visibility_after(const Error& error) {
  return error.errnum == EACCES || error.errnum == EPERM ? Visibility::hidden : Visibility::gone;
}

/// A zombie has left its mount namespace already, but still shows its user and pid namespaces. With
/// hidepid=1 the directory is listed, but cannot be opened (proc(5)).
Visibility look_at(const Result<procfs::ProcessDir>& process) {
  if (!process) {
    return visibility_after(process.error());
  }
  const auto link = process->read_link(info_of(Kind::mnt).proc_path);
  return link ? Visibility::readable : visibility_after(link.error());
}

bool is_member(const procfs::ProcessDir& process, const NamespaceRef& ref) {
  const auto text = process.read_link(info_of(ref.kind).proc_path);
  const auto link = text ? procfs::parse_namespace_link(*text) : fail(Error{});
  return link && link->inode == ref.inode;
}

}  // namespace

Result<Members> find_members(const std::vector<NamespaceRef>& namespaces) {
  Members members{std::vector<std::vector<pid_t>>(namespaces.size()), 0};
  for (const pid_t pid : TRY(procfs::list_processes())) {
    const auto process = procfs::ProcessDir::open(pid);
    const Visibility visibility = look_at(process);
    members.unreadable += visibility == Visibility::hidden ? 1 : 0;
    for (std::size_t i = 0; visibility == Visibility::readable && i < namespaces.size(); ++i) {
      if (is_member(*process, namespaces[i])) {
        members.of[i].push_back(pid);
      }
    }
  }
  return members;
}

}  // namespace nsplay::ns
