#pragma once

// Reports to render: a process that differs in its uts, pid and user namespaces, and what the tests
// change about it.

#include <cerrno>

#include "nsplay/ops/inspect.h"

namespace nsplay::test {

inline sys::Uname uname_here() {
  return {"Linux", "myhost", "6.18.0", "#1 SMP", "x86_64", "(none)"};
}

inline sys::Uname uname_there() {
  return {"Linux", "x", "6.18.0", "#1 SMP", "x86_64", "(none)"};
}

inline ns::NamespaceRef initial_user() {
  return {ns::Kind::user, 4026531837, 4099};
}

inline ops::NamespaceRow row(ns::Kind kind, std::uint64_t inode, std::uint64_t id) {
  const std::optional<ops::OwnerView> owner = ops::OwnerView{initial_user(), 0};
  return {kind, ops::NamespaceView{{kind, inode, id}, true, owner, std::nullopt, std::nullopt}};
}

inline ops::ProcessView process() {
  ops::ProcessView view;
  view.pid = 4711;
  view.comm = "sleep";
  view.command = "sleep 200";
  view.state = 'S';
  view.uid = 1000;
  view.user = "ann";
  view.start = std::chrono::system_clock::from_time_t(1700000000);  // 2023-11-14 22:13:20 UTC
  return view;
}

/// Everything could be read.
inline ops::InspectReport full_report() {
  ops::InspectReport report;
  report.expression = "4711";
  report.process = process();
  report.namespaces = {row(ns::Kind::cgroup, 4026531835, 5),
                       row(ns::Kind::ipc, 4026531839, 4098),
                       row(ns::Kind::mnt, 4026531832, 4),
                       row(ns::Kind::net, 4026531833, 3),
                       row(ns::Kind::pid, 4026532200, 18610),
                       row(ns::Kind::time, 4026531834, 2),
                       row(ns::Kind::user, 4026532201, 18611),
                       row(ns::Kind::uts, 4026532178, 18609)};
  for (const std::size_t index : {4U, 6U, 7U}) {
    report.namespaces[index].view->same_as_caller = false;
  }
  report.namespaces[4].view->owner = ops::OwnerView{{ns::Kind::user, 4026532201, 18611}, 1000};
  report.namespaces[4].view->parent = ns::NamespaceRef{ns::Kind::pid, 4026531836, 4100};
  report.namespaces[6].view->parent = initial_user();
  report.caller_uname = uname_here();
  report.target_uname = uname_there();
  return report;
}

/// Why nothing can be seen of another user's process.
inline Error refused(const std::string& link) {
  return Error::of(EACCES, "open", "/proc/4711/" + link)
      .with_hint("process 4711 belongs to root (uid 0) and you are ann (uid 1000)");
}

/// Neither a namespace nor the uname could be read.
inline ops::InspectReport unreadable_report() {
  ops::InspectReport report = full_report();
  for (ops::NamespaceRow& unreadable : report.namespaces) {
    unreadable.view = fail(refused(ns::info_of(unreadable.kind).proc_path));
  }
  report.target_uname = fail(refused("ns/uts"));
  return report;
}

/// The target is one namespace file.
inline ops::InspectReport namespace_report(ns::Kind kind) {
  ops::InspectReport report;
  report.expression = "/run/netns/blue";
  report.namespaces = {row(kind, 4026532178, 18609)};
  report.namespaces[0].view->same_as_caller = false;
  report.caller_uname = uname_here();
  if (kind == ns::Kind::uts) {
    report.target_uname = uname_there();
  }
  return report;
}

}  // namespace nsplay::test
