// nsplay list NAMESPACE: who is in it.

#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ops/list.h"

#include "kernel/listed.h"
#include "kernel/threads.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::SizeIs;

class ListProcesses : public LeakCheck {};

TEST_F(ListProcesses, OfOneNamespaceByItsInode) {
  const ChildInNamespaces target(with_children(KindSet::all(), 2));
  const auto report =
      ops::list_processes({std::to_string(namespace_inode(target.pid(), Kind::net))});
  ASSERT_TRUE(report) << report.error().message();
  ASSERT_THAT(report->namespaces, SizeIs(1));
  const auto& processes = report->namespaces.front().processes;
  ASSERT_THAT(processes, SizeIs(3));
  EXPECT_EQ(processes.front().pid, target.pid());
  EXPECT_EQ(processes.front().parent, ::getpid());
}

TEST_F(ListProcesses, L7OfSeveralNamespacesShowsEach) {
  const ChildInNamespaces target(KindSet::all());
  const auto report = ops::list_processes(
      {namespace_link(target.pid(), Kind::net), namespace_link(target.pid(), Kind::uts)});
  ASSERT_TRUE(report) << report.error().message();
  ASSERT_THAT(report->namespaces, SizeIs(2));
  EXPECT_EQ(report->namespaces[0].ref.kind, Kind::net);
  EXPECT_EQ(report->namespaces[1].ref.kind, Kind::uts);
  EXPECT_THAT(report->namespaces[1].processes, SizeIs(1));
}

TEST_F(ListProcesses, L2OfANamespaceThatOnlyAThreadIsInShowThatThread) {
  const TargetWithThread target;
  const pid_t pid = target.process().pid();
  const auto report = ops::list_processes(
      {namespace_link(target.thread(), Kind::uts), namespace_link(pid, Kind::uts)});
  ASSERT_TRUE(report) << report.error().message();
  const auto& of_thread = report->namespaces[0].processes;
  ASSERT_THAT(of_thread, SizeIs(1));
  EXPECT_EQ(of_thread.front().pid, pid);
  EXPECT_EQ(of_thread.front().thread, target.thread());
  const auto& of_process = report->namespaces[1].processes;
  EXPECT_TRUE(std::any_of(of_process.begin(), of_process.end(), [&](const auto& process) {
    return process.pid == pid && !process.thread;
  }));
  EXPECT_TRUE(std::none_of(of_process.begin(), of_process.end(), [&](const auto& process) {
    return process.thread == target.thread();
  }));
}

TEST_F(ListProcesses, OfEveryKindAtOnceAreThoseOfEach) {
  const ChildInNamespaces target(KindSet::all());
  std::vector<std::string> names;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    names.push_back(namespace_link(target.pid(), info.kind));
  }
  const auto report = ops::list_processes(names);
  ASSERT_TRUE(report) << report.error().message();
  ASSERT_THAT(report->namespaces, SizeIs(ns::kind_count));
  for (const ops::NamespaceProcesses& one : report->namespaces) {
    ASSERT_THAT(one.processes, SizeIs(1));
    EXPECT_EQ(one.processes.front().pid, target.pid());
  }
}

TEST_F(ListProcesses, OfANamespaceThatIsNotThereIsAnError) {
  const auto report = ops::list_processes({"net:[4095]"});
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message(), testing::HasSubstr("4095"));
  EXPECT_FALSE(ops::list_processes({"web"}));
}

}  // namespace
}  // namespace nsplay::test
