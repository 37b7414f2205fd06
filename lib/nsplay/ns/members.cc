#include "nsplay/ns/members.h"

#include <cstddef>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/process_scan.h"
#include "nsplay/procfs/namespace_link.h"
#include "nsplay/sys/limits.h"

namespace nsplay::ns {

Result<Members> find_members(const std::vector<NamespaceRef>& namespaces) {
  const sys::RaisedDescriptorLimit raised;
  KindSet kinds;
  for (const NamespaceRef& ref : namespaces) {
    kinds.insert(ref.kind);
  }
  const ProcessScan scan = TRY(scan_processes(kinds, namespaces));
  Members members;
  members.of.resize(namespaces.size());
  members.threads.resize(namespaces.size());
  members.unreadable = scan.unreadable;
  for (std::size_t i = 0; i < namespaces.size(); ++i) {
    for (const Holder& holder : scan.holders[i]) {
      if (holder.type == HolderType::process) {
        members.of[i].push_back(holder.pid);
      } else if (holder.type == HolderType::thread) {
        members.threads[i].push_back({holder.pid, holder.tid});
      }
    }
  }
  return members;
}

std::optional<std::uint64_t> namespace_inode(const procfs::ProcessDir& process, Kind kind) {
  const auto text = process.read_link(info_of(kind).proc_path);
  const auto link = text ? procfs::parse_namespace_link(*text) : fail(Error{});
  return link ? std::optional(link->inode) : std::nullopt;
}

}  // namespace nsplay::ns
