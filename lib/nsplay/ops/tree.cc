#include "nsplay/ops/tree.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/census/inventory.h"
#include "nsplay/ns/census/relatives.h"
#include "nsplay/ns/members.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/ancestry.h"
#include "nsplay/ops/hints.h"
#include "nsplay/target/attribution.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {
namespace {

using ns::CensusEntry;
using ns::Kind;
using ns::KindSet;
using ns::NamespaceHandle;

constexpr KindSet kinds_with_parents = {Kind::pid, Kind::user};

/// What the tree is about, held.
struct Focus {
  enum class On { everything, process, one_namespace };
  On on = On::everything;
  std::vector<NamespaceHandle> namespaces;
  pid_t pid = 0;  ///< of the process
};

Result<Focus> focus_on(const std::string& expression) {
  Focus focus;
  if (expression.empty()) {
    return focus;
  }
  target::Target target = TRY(target::resolve(expression));
  if (const auto* process = std::get_if<procfs::PinnedProcess>(&target.subject)) {
    focus.on = Focus::On::process;
    focus.namespaces = TRY(namespaces_of(*process));
    focus.pid = process->pid;
  } else {
    focus.on = Focus::On::one_namespace;
    focus.namespaces.push_back(std::get<NamespaceHandle>(std::move(target.subject)));
  }
  return focus;
}

Error no_parent(std::string_view subject) {
  return Error::usage(fmt::format("{} has no parent", subject),
                      "only pid and user namespaces have one; --by owner shows the others");
}

/// That all that is asked for can have a place in the tree.
Result<> check(const TreeRequest& request, const Focus& focus) {
  if (request.by != TreeBy::parent) {
    return {};
  }
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const bool is_asked_for = request.kinds != KindSet::all() && request.kinds.contains(info.kind);
    if (is_asked_for && !kinds_with_parents.contains(info.kind)) {
      return fail(no_parent(fmt::format("a namespace of type {}", info.name)));
    }
  }
  const bool is_one = focus.on == Focus::On::one_namespace;
  if (is_one && !kinds_with_parents.contains(focus.namespaces.front().kind())) {
    return fail(no_parent(focus.namespaces.front().name()));
  }
  return {};
}

/// Of which kinds processes are counted: also of those that are only shown since others hang below.
KindSet kinds_to_scan(const TreeRequest& request, const Focus& focus) {
  KindSet kinds = request.by == TreeBy::parent && request.kinds == KindSet::all()
                      ? kinds_with_parents
                      : request.kinds;
  if (request.by == TreeBy::owner) {
    kinds.insert(Kind::user);
  }
  if (focus.on == Focus::On::one_namespace) {
    kinds.insert(focus.namespaces.front().kind());
  }
  return kinds;
}

/// The caller may have the target by a file that nobody else knows, such as /proc/PID/fd/3.
std::vector<CensusEntry> with_target(std::vector<CensusEntry> entries, const Focus& focus) {
  const bool is_there = focus.on != Focus::On::one_namespace ||
                        std::any_of(entries.begin(), entries.end(), [&](const CensusEntry& entry) {
                          return contains(focus.namespaces, entry.handle);
                        });
  auto again = is_there ? fail(Error{})
                        : ns::open_namespace_file(
                              fmt::format("/proc/self/fd/{}", focus.namespaces.front().fd().get()));
  if (!again) {
    return entries;
  }
  ns::Inventory inventory;
  for (CensusEntry& entry : entries) {
    CensusEntry& kept = inventory.entries()[inventory.index_of(std::move(entry.handle))];
    entry.handle = std::move(kept.handle);
    kept = std::move(entry);
  }
  inventory.index_of(*std::move(again));
  ns::add_relatives(inventory);
  return std::move(inventory.entries());
}

/// User namespaces last: most hangs below them.
auto rank_of(const CensusEntry& entry) {
  const Kind kind = entry.handle.kind();
  return std::tuple(kind == Kind::user, kind, entry.handle.identity().inode);
}

std::vector<CensusEntry> in_order_of_show(std::vector<CensusEntry> entries) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    return rank_of(entries[one]) < rank_of(entries[other]);
  });
  std::vector<std::size_t> places(entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    places[order[i]] = i;
  }
  const auto moved = [&](std::optional<std::size_t> index) {
    return index ? std::optional(places[*index]) : std::nullopt;
  };
  std::vector<CensusEntry> sorted;
  sorted.reserve(entries.size());
  for (const std::size_t index : order) {
    CensusEntry& entry = sorted.emplace_back(std::move(entries[index]));
    entry.owner = moved(entry.owner);
    entry.parent = moved(entry.parent);
    for (ns::ForeignMount& mount : entry.foreign_mounts) {
      mount.namespace_ = places[mount.namespace_];
    }
  }
  return sorted;
}

Above above_of(const std::vector<CensusEntry>& entries, TreeBy by) {
  Above above(entries.size());
  Ancestry ancestry(entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    switch (by) {
      case TreeBy::owner:
        above[i] = entries[i].owner;
        break;
      case TreeBy::parent:
        above[i] = entries[i].parent;
        break;
      case TreeBy::process:
        above[i] = ancestry.above(i);
        break;
    }
  }
  cut_circles(above);
  return above;
}

/// What the tree is about; it also shows what that hangs below.
Marks chosen_ones(const TreeRequest& request,
                  const Focus& focus,
                  const std::vector<CensusEntry>& entries,
                  const Above& above) {
  Marks meant(entries.size());
  std::transform(entries.begin(), entries.end(), meant.begin(), [&](const CensusEntry& entry) {
    return focus.on == Focus::On::everything || contains(focus.namespaces, entry.handle);
  });
  const bool is_one = focus.on == Focus::On::one_namespace;
  const KindSet kinds = request.by == TreeBy::parent && request.kinds == KindSet::all()
                            ? kinds_with_parents
                            : request.kinds;
  Marks chosen = is_one ? with_all_below(above, meant) : meant;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool is_wanted = kinds.contains(entries[i].handle.kind());
    chosen[i] = chosen[i] && (is_wanted || (is_one && meant[i]));
  }
  return chosen;
}

std::vector<ListedProcess> look_at_all(ProcessLook& look, std::vector<pid_t> pids) {
  std::sort(pids.begin(), pids.end());
  std::vector<ListedProcess> processes;
  std::transform(pids.begin(), pids.end(), std::back_inserter(processes), [&](pid_t pid) {
    return look.at(pid);
  });
  return processes;
}

/// Of the processes in these nodes, but for those of the pid namespace that the caller is in, which
/// are many, and most often the machine's.
void name_containers(TreeReport& report, const std::vector<std::size_t>& nodes) {
  const auto own = ns::OwnNamespaces::read();
  const auto own_pid = own ? own->of(Kind::pid) : std::nullopt;
  std::vector<ListedProcess*> processes;
  std::vector<pid_t> pids;
  for (const std::size_t index : nodes) {
    TreeNode& node = report.nodes[index];
    if (own_pid && node.listed.ref.inode == own_pid->inode) {
      continue;
    }
    for (ListedProcess& process : *node.members) {
      processes.push_back(&process);
      pids.push_back(process.pid);
    }
  }
  target::MachineAttribution attribution(pids);
  for (ListedProcess* process : processes) {
    process->container = attribution.of(process->pid);
  }
}

/// Who is in the namespaces of these nodes, which are held.
Result<> add_members(TreeReport& report,
                     const std::vector<std::size_t>& nodes,
                     const Focus& focus) {
  ProcessLook look;
  if (focus.on == Focus::On::process) {
    for (const std::size_t node : nodes) {
      report.nodes[node].members.emplace(1, look.at(focus.pid));
    }
    name_containers(report, nodes);
    return {};
  }
  std::vector<ns::NamespaceRef> refs;
  std::transform(nodes.begin(), nodes.end(), std::back_inserter(refs), [&](std::size_t node) {
    return report.nodes[node].listed.ref;
  });
  ns::Members members = TRY(ns::find_members(refs));
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    report.nodes[nodes[i]].members = look_at_all(look, std::move(members.of[i]));
  }
  name_containers(report, nodes);
  return {};
}

Result<TreeReport> run(const TreeRequest& request) {
  const Focus focus = TRY(focus_on(request.target));
  TRY(check(request, focus));
  ns::Census census = TRY(ns::take_census({.kinds = kinds_to_scan(request, focus),
                                           .sources = request.sources,
                                           .on_progress = request.on_progress}));
  Listing listing(
      {}, in_order_of_show(with_target(std::move(census.entries), focus)), request.sources);
  const Above above = above_of(listing.entries(), request.by);
  const Marks chosen = chosen_ones(request, focus, listing.entries(), above);
  Forest forest = grow(above, with_all_above(above, chosen));
  TreeReport report;
  report.by = request.by;
  report.target = request.target;
  report.roots = std::move(forest.roots);
  report.unreadable_processes = census.unreadable_processes;
  report.lifted = forest.lifted;
  std::vector<std::size_t> with_members;
  for (ForestNode& node : forest.nodes) {
    if (chosen[node.item] && listing.entries()[node.item].handle.kind() == Kind::pid) {
      with_members.push_back(report.nodes.size());
    }
    report.nodes.push_back({listing.show(node.item), std::nullopt, std::move(node.children)});
  }
  if (request.by == TreeBy::parent) {
    TRY(add_members(report, with_members, focus));
  }
  return report;
}

}  // namespace

Result<TreeReport> tree(const TreeRequest& request) {
  auto report = run(request);
  if (!report && !request.target.empty()) {
    return fail(with_known_cure(std::move(report).error())
                    .during(fmt::format("cannot show the tree of {}",
                                        escape_for_terminal(request.target))));
  }
  return report;
}

}  // namespace nsplay::ops
