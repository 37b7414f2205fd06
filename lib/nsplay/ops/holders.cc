#include "nsplay/ops/holders.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/listing.h"
#include "nsplay/ops/release_command.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"
#include "nsplay/target/attribution.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {
namespace {

using ns::CensusEntry;
using ns::Holder;
using ns::HolderType;
using ns::Kind;
using ns::KindSet;
using ns::NamespaceHandle;
using procfs::PinnedProcess;

using Handles = std::vector<NamespaceHandle>;

Error nowhere_else(const std::string& target) {
  return Error::usage(fmt::format("{} is in no namespace that you are not in", quote(target)),
                      "choose kinds of namespaces all the same: --net, --all");
}

/// What is chosen of those that it has: a zombie has left most of its namespaces.
Result<Handles> chosen_namespaces(const PinnedProcess& process, const HoldersRequest& request) {
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  Handles handles = TRY(namespaces_of(process));
  std::erase_if(handles, [&](const NamespaceHandle& handle) {
    return request.kinds ? !request.kinds->contains(handle.kind()) : own.contain(handle);
  });
  if (handles.empty()) {
    return fail(nowhere_else(request.target));
  }
  return handles;
}

Result<Handles> resolve(const HoldersRequest& request) {
  target::Target target = TRY(target::resolve(request.target));
  if (const auto* process = std::get_if<PinnedProcess>(&target.subject)) {
    return chosen_namespaces(*process, request);
  }
  if (request.kinds) {
    return fail(Error::usage(fmt::format("{} is one namespace", quote(request.target)),
                             "only of a process kinds can be chosen"));
  }
  Handles handles;
  handles.push_back(std::get<NamespaceHandle>(std::move(target.subject)));
  return handles;
}

/// What owns nothing and has no children needs no other kinds.
KindSet kinds_to_look_at(const Handles& handles) {
  KindSet kinds;
  for (const NamespaceHandle& handle : handles) {
    if (handle.kind() == Kind::user) {
      return KindSet::all();
    }
    kinds.insert(handle.kind());
  }
  return kinds;
}

/// Those of its holders that are namespaces and files.
class RelatedHolders {
 public:
  RelatedHolders(const std::vector<CensusEntry>& entries, std::size_t index)
      : entries_(entries), index_(index) {}

  [[nodiscard]] std::vector<Holder> all() const {
    std::vector<Holder> holders;
    add_mounts(holders);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].parent == index_) {
        holders.push_back(related(HolderType::child, i));
      } else if (entries_[i].owner == index_) {
        holders.push_back(related(HolderType::owned, i));
      }
    }
    return holders;
  }

 private:
  static Holder related(HolderType type, std::size_t index) {
    Holder holder;
    holder.type = type;
    holder.relative = index;
    return holder;
  }

  void add_mounts(std::vector<Holder>& holders) const {
    const CensusEntry& entry = entries_[index_];
    for (const std::string& path : entry.mounts) {
      holders.push_back({HolderType::mount, 0, 0, -1, path, {}});
    }
    for (const ns::ForeignMount& mount : entry.foreign_mounts) {
      holders.push_back({HolderType::mount, 0, 0, -1, mount.path, mount.namespace_});
    }
  }

  const std::vector<CensusEntry>& entries_;
  std::size_t index_;
};

/// This process and those that it comes from, pid 1 among them: nsplay would end with them, or all
/// of the machine.
std::vector<pid_t> own_ancestry() {
  constexpr std::size_t longest_way = 64;
  std::vector<pid_t> pids = {1};
  for (pid_t pid = sys::own_pid(); pid > 1 && pids.size() <= longest_way;) {
    pids.push_back(pid);
    const auto process = procfs::ProcessDir::open(pid);
    const auto stat = process ? process->stat() : fail(process.error());
    pid = stat ? stat->parent : 0;
  }
  return pids;
}

std::vector<pid_t> holding_processes(const std::vector<CensusEntry>& entries) {
  std::vector<pid_t> pids;
  for (const CensusEntry& entry : entries) {
    for (const Holder& holder : entry.holders) {
      if (holder.pid != 0) {
        pids.push_back(holder.pid);
      }
    }
  }
  return pids;
}

/// From a holder to what is shown of it; what is the same for all of them is looked up once.
class Showing {
 public:
  explicit Showing(const std::vector<CensusEntry>& entries)
      : entries_(entries), attribution_(holding_processes(entries)) {}

  NamespaceHolder show(Holder holder) {
    NamespaceHolder shown;
    if (holder.pid != 0) {
      shown.process = look_.at(holder.pid);
      shown.process->container = attribution_.of(holder.pid);
    }
    if (holder.relative) {
      shown.relative = entries_[*holder.relative].handle.ref();
    }
    const bool is_own =
        std::find(ancestry_.begin(), ancestry_.end(), holder.pid) != ancestry_.end();
    shown.holder = std::move(holder);
    shown.release = is_own ? "" : release_command(shown);
    return shown;
  }

 private:
  const std::vector<CensusEntry>& entries_;
  std::vector<pid_t> ancestry_ = own_ancestry();
  ProcessLook look_;
  target::MachineAttribution attribution_;
};

std::vector<NamespaceHolder> holders_of(const std::vector<CensusEntry>& entries,
                                        std::size_t index,
                                        Showing& showing) {
  std::vector<Holder> holders = entries[index].holders;
  std::sort(holders.begin(), holders.end(), [](const Holder& one, const Holder& other) {
    return std::tie(one.type, one.pid, one.tid, one.descriptor) <
           std::tie(other.type, other.pid, other.tid, other.descriptor);
  });
  std::vector<Holder> related = RelatedHolders(entries, index).all();
  std::move(related.begin(), related.end(), std::back_inserter(holders));
  std::vector<NamespaceHolder> all;
  std::transform(holders.begin(), holders.end(), std::back_inserter(all), [&](Holder& holder) {
    return showing.show(std::move(holder));
  });
  return all;
}

/// By its file handle, which keeps nothing alive. Takes the last descriptor that this process has.
Survival survival_without(NamespaceHandle handle) {
  const std::string name = handle.name();
  const auto file_handle = sys::file_handle_of(handle.fd(), name);
  if (!file_handle || !sys::open_file_handle(*file_handle, name)) {
    return Survival::unknown;
  }
  handle = NamespaceHandle();
  const auto again = sys::open_file_handle(*file_handle, name);
  if (again) {
    return Survival::hidden;
  }
  return again.error().errnum == ESTALE ? Survival::gone : Survival::unknown;
}

std::optional<std::size_t> index_of(const std::vector<CensusEntry>& entries,
                                    const NamespaceHandle& handle) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const CensusEntry& entry) {
    return entry.handle.identity() == handle.identity();
  });
  return found == entries.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(std::distance(entries.begin(), found)));
}

std::vector<ns::NamespaceRef> refs_of(const Handles& handles) {
  std::vector<ns::NamespaceRef> refs;
  std::transform(
      handles.begin(), handles.end(), std::back_inserter(refs), [](const NamespaceHandle& handle) {
        return handle.ref();
      });
  return refs;
}

Result<HoldersReport> report_of(const HoldersRequest& request, Handles handles) {
  HoldersReport report;
  report.target = request.target;
  const auto refs = refs_of(handles);
  {
    const ns::Census census = TRY(ns::take_census({kinds_to_look_at(handles),
                                                   ns::Relatives::add,
                                                   ns::Sources::all,
                                                   refs,
                                                   request.on_progress}));
    report.unreadable_processes = census.unreadable_processes;
    Showing showing(census.entries);
    for (const NamespaceHandle& handle : handles) {
      const auto index = index_of(census.entries, handle);
      auto holders =
          index ? holders_of(census.entries, *index, showing) : std::vector<NamespaceHolder>();
      report.namespaces.push_back({handle.ref(), std::move(holders), Survival::held});
    }
  }
  // The census holds no namespace any more.
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (report.namespaces[i].holders.empty()) {
      report.namespaces[i].survival = survival_without(std::move(handles[i]));
    }
  }
  return report;
}

Result<HoldersReport> run(const HoldersRequest& request) {
  return report_of(request, TRY(resolve(request)));
}

}  // namespace

Result<HoldersReport> find_holders(const HoldersRequest& request) {
  auto report = run(request);
  if (!report) {
    return fail(
        with_known_cure(std::move(report).error())
            .during(fmt::format("cannot find what holds {}", escape_for_terminal(request.target))));
  }
  return report;
}

}  // namespace nsplay::ops
