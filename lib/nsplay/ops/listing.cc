#include "nsplay/ops/listing.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/hints.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {

using ns::CensusEntry;
using ns::NamespaceHandle;

namespace {

/// Of what the caller is in himself, nobody in it says anything: it is the machine's, most often.
std::vector<pid_t> strangers_in(const std::vector<CensusEntry>& entries) {
  const auto own = ns::OwnNamespaces::read();
  std::vector<pid_t> pids;
  std::transform(
      entries.begin(), entries.end(), std::back_inserter(pids), [&](const CensusEntry& entry) {
        return own && !own->contain(entry.handle) ? entry.attendance.process : 0;
      });
  return pids;
}

std::vector<pid_t> without_zeros(std::vector<pid_t> pids) {
  std::erase(pids, 0);
  return pids;
}

}  // namespace

std::optional<std::string> path_of(const ListedNamespace& listed) {
  const auto& process = listed.process;
  if (!process || (listed.processes == 0 && !process->thread)) {
    return std::nullopt;
  }
  const std::string task = process->thread
                               ? fmt::format("{}/task/{}", process->pid, *process->thread)
                               : std::to_string(process->pid);
  return fmt::format("/proc/{}/{}", task, ns::info_of(listed.ref.kind).proc_path);
}

Listing::Listing(ListDetails details, std::vector<CensusEntry> entries, ns::Sources sources)
    : details_(details),
      entries_(std::move(entries)),
      sources_(sources),
      names_(details.names ? NamespaceNames::read() : NamespaceNames()),
      strangers_(details.names ? strangers_in(entries_) : std::vector<pid_t>(entries_.size())),
      attribution_(without_zeros(strangers_)),
      network_ids_(details.network_ids ? sys::NetworkIds::open() : fail(Error{})) {}

ListedNamespace Listing::show(std::size_t index) {
  const CensusEntry& entry = entries_[index];
  ListedNamespace shown;
  shown.ref = entry.handle.ref();
  shown.processes = entry.attendance.processes;
  shown.threads = entry.attendance.threads;
  shown.pending = entry.attendance.pending;
  if (sources_ == ns::Sources::all) {
    shown.descriptors = entry.attendance.descriptors;
    shown.sockets = entry.attendance.sockets;
  }
  shown.mounts = entry.mounts;
  shown.mounts_elsewhere = mounts_elsewhere_of(entry);
  shown.owner = ref_of(entry.owner);
  shown.parent = ref_of(entry.parent);
  shown.owner_uid = owner_uid_of(entry);
  shown.process = process_of(entry);
  if (details_.names) {
    shown.container = container_of(index);
    shown.name = name_of(shown);
    shown.creator = creator_of(shown);
  }
  shown.network_id = network_id_of(entry.handle);
  return shown;
}

std::optional<target::Container> Listing::container_of(std::size_t index) {
  return strangers_[index] != 0 ? attribution_.of(strangers_[index]) : std::nullopt;
}

/// Engines mount network namespaces too, under names that say nothing.
std::optional<std::string> Listing::name_of(const ListedNamespace& shown) const {
  return shown.container && !names_.is_of_play(shown.ref) ? target::target_of(*shown.container)
                                                          : names_.name_of(shown.ref, shown.mounts);
}

std::optional<ns::NamespaceRef> Listing::ref_of(std::optional<std::size_t> index) const {
  return index ? std::optional(entries_[*index].handle.ref()) : std::nullopt;
}

std::optional<uid_t> Listing::owner_uid_of(const CensusEntry& entry) const {
  const bool is_user = entry.handle.kind() == ns::Kind::user;
  const bool is_wanted = details_.relations || (is_user && details_.names);
  if (!is_wanted || (!is_user && !entry.owner)) {
    return std::nullopt;
  }
  const auto uid = ns::owner_uid_of(is_user ? entry.handle : entries_[*entry.owner].handle);
  return uid ? std::optional(*uid) : std::nullopt;
}

std::optional<ListedProcess> Listing::process_of(const CensusEntry& entry) {
  const pid_t pid =
      entry.attendance.process != 0 ? entry.attendance.process : entry.attendance.other;
  return details_.process && pid != 0 ? std::optional(look_.at(pid)) : std::nullopt;
}

std::vector<MountElsewhere> Listing::mounts_elsewhere_of(const CensusEntry& entry) const {
  std::vector<MountElsewhere> mounts;
  std::transform(entry.foreign_mounts.begin(),
                 entry.foreign_mounts.end(),
                 std::back_inserter(mounts),
                 [&](const ns::ForeignMount& mount) {
                   return MountElsewhere{mount.path, entries_[mount.namespace_].handle.ref()};
                 });
  return mounts;
}

/// The kernel keeps it of user namespaces alone; a play's register is its maker's own.
std::optional<std::string> Listing::creator_of(const ListedNamespace& shown) {
  if (shown.ref.kind == ns::Kind::user && shown.owner_uid) {
    return look_.user_of(*shown.owner_uid);
  }
  return names_.is_of_play(shown.ref) ? std::optional(look_.user_of(sys::effective_uid()))
                                      : std::nullopt;
}

std::optional<NetworkId> Listing::network_id_of(const NamespaceHandle& handle) {
  if (!network_ids_ || handle.kind() != ns::Kind::net) {
    return std::nullopt;
  }
  const auto number = network_ids_->of(handle.fd());
  return number ? std::optional(NetworkId{*number}) : std::nullopt;
}

Result<std::vector<NamespaceHandle>> namespaces_of(const procfs::PinnedProcess& process) {
  std::vector<NamespaceHandle> handles;
  Error last;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    auto handle = ns::open_namespace(process, info.kind);
    if (handle) {
      handles.push_back(*std::move(handle));
    } else {
      last = std::move(handle).error();
    }
  }
  if (handles.empty()) {
    const bool is_refused = last.errnum == EACCES || last.errnum == EPERM;
    return fail(std::move(last).with_hint(is_refused ? access_hint(process) : ""));
  }
  return handles;
}

bool contains(const std::vector<NamespaceHandle>& handles, const NamespaceHandle& wanted) {
  return std::any_of(handles.begin(), handles.end(), [&](const NamespaceHandle& handle) {
    return handle.kind() == wanted.kind() && handle.identity() == wanted.identity();
  });
}

}  // namespace nsplay::ops
