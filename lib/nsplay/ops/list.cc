#include "nsplay/ops/list.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/members.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ns/search.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/namespace_names.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/target/expression.h"

namespace nsplay::ops {
namespace {

using ns::CensusEntry;
using ns::NamespaceHandle;

/// Those of one process, held.
Result<std::vector<NamespaceHandle>> namespaces_of(pid_t pid) {
  const procfs::PinnedProcess process = TRY(procfs::pin_process(pid));
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
  const NamespaceHandle* found = ns::find(handles, wanted.kind());
  return found != nullptr && found->identity() == wanted.identity();
}

/// From the entries of a census to what is shown of them.
class Listing {
 public:
  Listing(const ListRequest& request, std::vector<CensusEntry> entries)
      : request_(request),
        entries_(std::move(entries)),
        names_(request.details.names ? NamespaceNames::read() : NamespaceNames()) {}

  ListedNamespace show(std::size_t index) {
    const CensusEntry& entry = entries_[index];
    ListedNamespace shown;
    shown.ref = entry.handle.ref();
    shown.processes = entry.attendance.processes;
    shown.threads = entry.attendance.threads;
    shown.pending = entry.attendance.pending;
    if (request_.sources == ns::Sources::all) {
      shown.descriptors = entry.attendance.descriptors;
      shown.sockets = entry.attendance.sockets;
    }
    shown.mounts = entry.mounts;
    shown.mounts_elsewhere = mounts_elsewhere_of(entry);
    shown.owner = ref_of(entry.owner);
    shown.parent = ref_of(entry.parent);
    shown.owner_uid = owner_uid_of(entry);
    shown.process = process_of(entry);
    if (request_.details.names) {
      shown.name = names_.name_of(shown.ref, shown.mounts);
      shown.creator = creator_of(shown);
    }
    return shown;
  }

  [[nodiscard]] const std::vector<CensusEntry>& entries() const noexcept { return entries_; }

 private:
  [[nodiscard]] std::optional<ns::NamespaceRef> ref_of(std::optional<std::size_t> index) const {
    return index ? std::optional(entries_[*index].handle.ref()) : std::nullopt;
  }

  [[nodiscard]] std::vector<MountElsewhere> mounts_elsewhere_of(const CensusEntry& entry) const {
    std::vector<MountElsewhere> mounts;
    std::transform(entry.foreign_mounts.begin(),
                   entry.foreign_mounts.end(),
                   std::back_inserter(mounts),
                   [&](const ns::ForeignMount& mount) {
                     return MountElsewhere{mount.path, entries_[mount.namespace_].handle.ref()};
                   });
    return mounts;
  }

  [[nodiscard]] std::optional<uid_t> owner_uid_of(const CensusEntry& entry) const {
    const bool is_user = entry.handle.kind() == ns::Kind::user;
    const bool is_wanted = request_.details.relations || (is_user && request_.details.names);
    if (!is_wanted || (!is_user && !entry.owner)) {
      return std::nullopt;
    }
    const auto uid = ns::owner_uid_of(is_user ? entry.handle : entries_[*entry.owner].handle);
    return uid ? std::optional(*uid) : std::nullopt;
  }

  std::optional<ListedProcess> process_of(const CensusEntry& entry) {
    const pid_t pid =
        entry.attendance.process != 0 ? entry.attendance.process : entry.attendance.other;
    return request_.details.process && pid != 0 ? std::optional(look_.at(pid)) : std::nullopt;
  }

  /// The kernel keeps it of user namespaces alone; a play's register is its maker's own.
  std::optional<std::string> creator_of(const ListedNamespace& shown) {
    if (shown.ref.kind == ns::Kind::user && shown.owner_uid) {
      return look_.user_of(*shown.owner_uid);
    }
    return names_.is_of_play(shown.ref) ? std::optional(look_.user_of(sys::effective_uid()))
                                        : std::nullopt;
  }

  const ListRequest& request_;
  std::vector<CensusEntry> entries_;
  NamespaceNames names_;
  ProcessLook look_;
};

/// A namespace that was found, and is held until everybody in it is known.
Result<std::vector<NamespaceHandle>> find_all_numbers(const std::vector<std::string>& names) {
  std::vector<ns::NamespaceNumber> numbers;
  numbers.reserve(names.size());
  for (const std::string& name : names) {
    numbers.push_back(TRY(target::parse_namespace_number(name)));
  }
  std::vector<NamespaceHandle> found;
  found.reserve(numbers.size());
  for (const ns::NamespaceNumber& number : numbers) {
    found.push_back(TRY(ns::find_namespace(number)));
  }
  return found;
}

}  // namespace

Result<ListReport> list(const ListRequest& request) {
  const auto of_process =
      request.pid ? TRY(namespaces_of(*request.pid)) : std::vector<NamespaceHandle>();
  const auto relatives = request.details.relations ? ns::Relatives::add : ns::Relatives::skip;
  ns::Census census =
      TRY(ns::take_census({request.kinds, relatives, request.sources, {}, request.on_progress}));
  ListReport report;
  report.unreadable_processes = census.unreadable_processes;
  Listing listing(request, std::move(census.entries));
  for (std::size_t i = 0; i < listing.entries().size(); ++i) {
    const NamespaceHandle& handle = listing.entries()[i].handle;
    if (request.kinds.contains(handle.kind()) && (!request.pid || contains(of_process, handle))) {
      report.namespaces.push_back(listing.show(i));
    }
  }
  std::sort(report.namespaces.begin(),
            report.namespaces.end(),
            [](const ListedNamespace& one, const ListedNamespace& other) {
              return one.ref.inode < other.ref.inode;
            });
  return report;
}

Result<ProcessesReport> list_processes(const std::vector<std::string>& names) {
  const std::vector<NamespaceHandle> handles = TRY(find_all_numbers(names));
  std::vector<ns::NamespaceRef> refs;
  std::transform(handles.begin(), handles.end(), std::back_inserter(refs), [](const auto& handle) {
    return handle.ref();
  });
  ns::Members members = TRY(ns::find_members(refs));
  ProcessesReport report;
  report.unreadable_processes = members.unreadable;
  ProcessLook look;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    NamespaceProcesses processes{refs[i], {}};
    std::sort(members.of[i].begin(), members.of[i].end());
    std::transform(members.of[i].begin(),
                   members.of[i].end(),
                   std::back_inserter(processes.processes),
                   [&](pid_t pid) { return look.at(pid); });
    report.namespaces.push_back(std::move(processes));
  }
  return report;
}

}  // namespace nsplay::ops
