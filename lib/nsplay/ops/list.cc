#include "nsplay/ops/list.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/members.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/search.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/expression.h"

namespace nsplay::ops {
namespace {

using ns::NamespaceHandle;

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

/// All that a process keeps by being there.
Result<std::vector<NamespaceHandle>> all_namespaces_of(pid_t pid) {
  const procfs::PinnedProcess process = TRY(procfs::pin_process(pid));
  std::vector<NamespaceHandle> handles = TRY(namespaces_of(process));
  std::vector<NamespaceHandle> beside = ns::open_namespaces_beside(process.dir);
  std::move(beside.begin(), beside.end(), std::back_inserter(handles));
  return handles;
}

/// By inode. What is shown of them is much to move.
std::vector<std::size_t> in_order(const std::vector<ns::CensusEntry>& entries) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    return entries[one].handle.ref().inode < entries[other].handle.ref().inode;
  });
  return order;
}

/// Who is in it, looked up.
std::vector<ListedProcess> all_in_order(ProcessLook& look,
                                        std::vector<pid_t> pids,
                                        std::vector<ns::StrayThread> threads) {
  std::vector<ListedProcess> processes;
  std::sort(pids.begin(), pids.end());
  std::transform(pids.begin(), pids.end(), std::back_inserter(processes), [&](pid_t pid) {
    return look.at(pid);
  });
  std::sort(threads.begin(), threads.end(), [](const auto& one, const auto& other) {
    return std::pair(one.pid, one.tid) < std::pair(other.pid, other.tid);
  });
  for (const ns::StrayThread& thread : threads) {
    processes.push_back(look.at(thread.pid));
    processes.back().thread = thread.tid;
  }
  return processes;
}

}  // namespace

Result<ListReport> list(const ListRequest& request) {
  const auto of_process =
      request.pid ? TRY(all_namespaces_of(*request.pid)) : std::vector<NamespaceHandle>();
  const auto relatives = request.details.relations ? ns::Relatives::add : ns::Relatives::skip;
  ns::Census census =
      TRY(ns::take_census({request.kinds, relatives, request.sources, {}, request.on_progress}));
  ListReport report;
  report.unreadable_processes = census.unreadable_processes;
  Listing listing(request.details, std::move(census.entries), request.sources);
  report.namespaces.reserve(listing.entries().size());
  for (const std::size_t i : in_order(listing.entries())) {
    const NamespaceHandle& handle = listing.entries()[i].handle;
    if (request.kinds.contains(handle.kind()) && (!request.pid || contains(of_process, handle))) {
      report.namespaces.push_back(listing.show(i));
    }
  }
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
    report.namespaces.push_back(
        {refs[i], all_in_order(look, std::move(members.of[i]), std::move(members.threads[i]))});
  }
  return report;
}

}  // namespace nsplay::ops
