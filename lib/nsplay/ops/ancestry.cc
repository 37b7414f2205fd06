#include "nsplay/ops/ancestry.h"

#include "nsplay/ns/members.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {
namespace {

/// Nobody has more ancestors that matter, and pids that are given away meanwhile may go around in a
/// circle.
constexpr int most_ancestors = 4096;

}  // namespace

Ancestry::Ancestry(const std::vector<ns::CensusEntry>& entries) : entries_(&entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ns::NamespaceHandle& handle = entries[i].handle;
    indices_.emplace(std::pair(handle.kind(), handle.identity().inode), i);
  }
}

std::optional<std::size_t> Ancestry::above(std::size_t index) {
  const ns::CensusEntry& entry = (*entries_)[index];
  const ns::Kind kind = entry.handle.kind();
  const ns::Attendance& attendance = entry.attendance;
  pid_t pid = attendance.process != 0 ? look_at(attendance.process).parent : attendance.other;
  for (int i = 0; i < most_ancestors && pid != 0; ++i) {
    const Relative& relative = look_at(pid);
    const auto inode = relative.namespaces.at(static_cast<std::size_t>(kind));
    if (inode && *inode != entry.handle.identity().inode) {
      const auto found = indices_.find(std::pair(kind, *inode));
      return found == indices_.end() ? std::nullopt : std::optional(found->second);
    }
    pid = relative.parent;
  }
  return std::nullopt;
}

const Ancestry::Relative& Ancestry::look_at(pid_t pid) {
  const auto [place, is_new] = relatives_.try_emplace(pid);
  const auto process = is_new ? procfs::ProcessDir::open(pid) : fail(Error{});
  const auto stat = process ? process->stat() : fail(process.error());
  if (stat) {
    place->second.parent = stat->parent;
    for (const ns::KindInfo& info : ns::all_kinds()) {
      place->second.namespaces.at(static_cast<std::size_t>(info.kind)) =
          ns::namespace_inode(*process, info.kind);
    }
  }
  return place->second;
}

}  // namespace nsplay::ops
