#pragma once

// A list of namespaces to render, and what the tests change about it.

#include "nsplay/ops/list.h"

namespace nsplay::test {

inline ops::ListedProcess listed_process() {
  ops::ListedProcess process;
  process.pid = 4711;
  process.parent = 1;
  process.command = "sleep 200";
  process.uid = 1000;
  process.user = "ann";
  return process;
}

/// A pid namespace with a process, which has everything that one can have.
inline ops::ListedNamespace listed_pid_namespace() {
  ops::ListedNamespace listed;
  listed.ref = {ns::Kind::pid, 4026532200, 18610};
  listed.processes = 3;
  listed.threads = 2;
  listed.pending = 1;
  listed.process = listed_process();
  listed.owner = ns::NamespaceRef{ns::Kind::user, 4026532201, 18611};
  listed.parent = ns::NamespaceRef{ns::Kind::pid, 4026531836, 4100};
  listed.owner_uid = 1000;
  listed.mounts = {"/run/ns/pid", "/tmp/a b"};
  listed.mounts_elsewhere = {{"/run/pid", {ns::Kind::mnt, 4026532202, std::nullopt}}};
  listed.descriptors = 4;
  listed.sockets = 5;
  listed.network_id = ops::NetworkId{6};
  listed.name = "play:web";
  listed.creator = "ann";
  listed.container = target::Container{"play", "web", ""};
  return listed;
}

/// A net namespace of which nothing is known but that it is there.
inline ops::ListedNamespace bare_net_namespace() {
  ops::ListedNamespace listed;
  listed.ref = {ns::Kind::net, 4026532178, std::nullopt};
  return listed;
}

inline ops::ListReport full_list() {
  ops::ListReport report;
  report.namespaces = {bare_net_namespace(), listed_pid_namespace()};
  report.unreadable_processes = 7;
  return report;
}

/// A process and a thread in one namespace and a process in another; of that nothing is known.
inline ops::ProcessesReport full_processes() {
  ops::ListedProcess second = listed_process();
  second.pid = 4712;
  second.parent = 4711;
  second.user.reset();
  second.thread = 4714;
  ops::ListedProcess third;
  third.pid = 4713;
  ops::ProcessesReport report;
  report.namespaces = {{{ns::Kind::pid, 4026532200, 18610}, {listed_process(), second}},
                       {{ns::Kind::net, 4026532178, std::nullopt}, {third}}};
  report.unreadable_processes = 7;
  return report;
}

}  // namespace nsplay::test
