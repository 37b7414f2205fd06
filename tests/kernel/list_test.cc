// nsplay list: which namespaces there are, and who is in them.

#include "nsplay/ops/list.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/listed.h"
#include "kernel/threads.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/repetitions.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::ElementsAre;
using testing::SizeIs;

class List : public LeakCheck {};

/// Makes the kernel an older one.
using DenyCalls = void (*)();

void deny_nothing() {}

void deny_pidfds() {
  deny_syscall(SYS_pidfd_open, ENOSYS);
}

/// Every namespace of this process is listed, with its one process.
void expect_alone_in_all(const ops::ListReport& report, pid_t pid) {
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const auto entry = entry_of(report, info.kind, namespace_inode(pid, info.kind));
    EXPECT_EQ(entry.processes, 1U) << info.name;
    EXPECT_EQ(entry.threads, 0U) << info.name;
    ASSERT_TRUE(entry.process) << info.name;
    EXPECT_EQ(entry.process->pid, pid) << info.name;
    EXPECT_EQ(std::to_string(entry.process->parent.value_or(0)), stat_field(pid, 4));
    EXPECT_THAT(entry.process->command.value_or(""), testing::HasSubstr("kernel_tests"));
  }
}

TEST_F(List, ShowsEachNamespaceOfAProcessOnce) {
  const ChildInNamespaces target(KindSet::all());
  const auto report = list_of_unvisited(target.pid(), 1);
  expect_alone_in_all(report, target.pid());
  for (const auto& entry : report.namespaces) {
    const auto times =
        std::count_if(report.namespaces.begin(), report.namespaces.end(), [&](const auto& other) {
          return other.ref.kind == entry.ref.kind && other.ref.inode == entry.ref.inode;
        });
    EXPECT_EQ(times, 1) << ns::format_namespace(entry.ref.kind, entry.ref.inode);
  }
}

TEST_F(List, IsTheSameByLinks) {
  const ChildInNamespaces target(KindSet::all());
  for (const DenyCalls deny : {&deny_pidfds, &deny_pidfd_ioctls, &deny_namespace_ids}) {
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      expect_alone_in_all(list_of_unvisited(target.pid(), 1), target.pid());
    })));
  }
}

TEST_F(List, CountsEveryProcessOfANamespace) {
  const ChildInNamespaces target(with_children(KindSet::all(), 3));
  const auto report = list_of_unvisited(target.pid(), 4);
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_EQ(entry_of(report, info.kind, namespace_inode(target.pid(), info.kind)).processes, 4U)
        << info.name;
  }
}

/// More than one thread of the scan.
TEST_F(List, CountsManyProcesses) {
  const int many = repetitions(1000);
  const ChildInNamespaces target(with_children(KindSet::all(), many));
  const auto inode = namespace_inode(target.pid(), Kind::net);
  EXPECT_EQ(entry_of(list_of(), Kind::net, inode).processes, static_cast<std::size_t>(many) + 1);
  EXPECT_TRUE(passed(in_child([&] {
    deny_pidfd_ioctls();
    EXPECT_EQ(entry_of(list_of(), Kind::net, inode).processes, static_cast<std::size_t>(many) + 1);
  })));
}

/// It keeps the two, and is in no other any more.
TEST_F(List, L6CountsNoZombieButShowsWhatItKeeps) {
  for (const DenyCalls deny : {&deny_nothing, &deny_pidfd_ioctls}) {
    ChildInNamespaces target(KindSet::all());
    const std::uint64_t user = namespace_inode(target.pid(), Kind::user);
    const std::uint64_t pid = namespace_inode(target.pid(), Kind::pid);
    target.kill_without_reaping();
    EXPECT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "Z"; }));
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      for (const auto& report : {list_of(), list_of({.kinds = {Kind::user, Kind::pid}})}) {
        for (const auto& entry :
             {entry_of(report, Kind::user, user), entry_of(report, Kind::pid, pid)}) {
          EXPECT_EQ(entry.processes, 0U);
          EXPECT_EQ(entry.threads, 0U);
          ASSERT_TRUE(entry.process);
          EXPECT_EQ(entry.process->pid, target.pid());
        }
      }
    })));
    target.end();
    EXPECT_TRUE(lists_no_more({}, Kind::user, user));
  }
}

TEST_F(List, L2ShowsTheNamespaceOfAThread) {
  const TargetWithThread target;
  const pid_t pid = target.process().pid();
  const std::uint64_t inode = namespace_inode(target.thread(), Kind::uts);
  ASSERT_NE(inode, namespace_inode(pid, Kind::uts));
  for (const DenyCalls deny : {&deny_nothing, &deny_pidfd_ioctls}) {
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      const auto report = list_of();
      const auto entry = entry_of(report, Kind::uts, inode);
      EXPECT_EQ(entry.processes, 0U);
      EXPECT_EQ(entry.threads, 1U);
      ASSERT_TRUE(entry.process);
      EXPECT_EQ(entry.process->pid, pid);
      // What the thread shares with its process counts once.
      const auto shared = entry_of(report, Kind::user, namespace_inode(pid, Kind::user));
      EXPECT_EQ(shared.threads, 0U);
    })));
  }
}

TEST_F(List, CountsAProcessWhoseFirstThreadHasEnded) {
  const TargetWithThread target;
  const std::uint64_t inode = namespace_inode(target.thread(), Kind::uts);
  target.end_leader();
  for (const DenyCalls deny : {&deny_nothing, &deny_pidfd_ioctls}) {
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      EXPECT_EQ(entry_of(list_of(), Kind::uts, inode).processes, 1U);
    })));
  }
}

TEST_F(List, L3ShowsTheNamespacesOfTheNextChild) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({}), .inside = [] { unshare_or_end({Kind::time}); }});
  const std::uint64_t own = namespace_inode(target.pid(), Kind::time);
  const std::string pending = read_process_link(target.pid(), "ns/time_for_children");
  for (const DenyCalls deny : {&deny_nothing, &deny_pidfd_ioctls}) {
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      const auto report = list_of();
      const auto found =
          std::find_if(report.namespaces.begin(), report.namespaces.end(), [&](const auto& entry) {
            return ns::format_namespace(entry.ref.kind, entry.ref.inode) == pending;
          });
      ASSERT_NE(found, report.namespaces.end());
      EXPECT_EQ(found->pending, 1U);
      EXPECT_EQ(found->processes, 0U);
      ASSERT_TRUE(found->process);
      EXPECT_EQ(found->process->pid, target.pid());
      EXPECT_NE(found->ref.inode, own);
    })));
  }
}

TEST_F(List, OfAProcessHasTheNamespacesOfItsThreads) {
  const TargetWithThread target;
  const ChildInNamespaces other(with_privilege_for({Kind::uts}));
  const auto report = list_of({.pid = target.process().pid()});
  EXPECT_TRUE(has(report, Kind::uts, namespace_inode(target.thread(), Kind::uts)));
  EXPECT_TRUE(has(report, Kind::uts, namespace_inode(target.process().pid(), Kind::uts)));
  EXPECT_FALSE(has(report, Kind::uts, namespace_inode(other.pid(), Kind::uts)));
  EXPECT_THAT(report.namespaces, SizeIs(ns::kind_count + 1));
}

TEST_F(List, OfAProcessHasTheNamespacesOfItsNextChild) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({}), .inside = [] { unshare_or_end({Kind::time}); }});
  const std::string pending = read_process_link(target.pid(), "ns/time_for_children");
  ASSERT_NE(pending, namespace_link(target.pid(), Kind::time));
  const auto report = list_of({.pid = target.pid()});
  EXPECT_TRUE(std::any_of(report.namespaces.begin(), report.namespaces.end(), [&](const auto& one) {
    return ns::format_namespace(one.ref.kind, one.ref.inode) == pending && one.pending == 1;
  }));
  EXPECT_THAT(report.namespaces, SizeIs(ns::kind_count + 1));
}

TEST_F(List, ShowsAnOwnerThatNoProcessIsIn) {
  const ChildInInnerUserNamespace target;
  const auto report = list_of();
  const auto entry = entry_of(report, Kind::user, target.outer());
  EXPECT_EQ(entry.processes, 0U);
  EXPECT_EQ(entry.owner_uid, ::geteuid());
  const auto inner = entry_of(report, Kind::user, namespace_inode(target.pid(), Kind::user));
  ASSERT_TRUE(inner.owner);
  EXPECT_EQ(inner.owner->inode, target.outer());
  ASSERT_TRUE(inner.parent);
  EXPECT_EQ(inner.parent->inode, target.outer());
}

/// Its owner has no process any more, and whoever is in it is elsewhere with everything else.
TEST_F(List, OfUserNamespacesShowsTheOwnerOfANetAloneByRoot) {
  REQUIRE_ROOT();
  ChildInNamespaces maker({Kind::user, Kind::net});
  const std::uint64_t owner = namespace_inode(maker.pid(), Kind::user);
  const std::string net = maker.namespace_file(Kind::net);
  const ChildInNamespaces member({.inside = [&] {
    const sys::UniqueFd file(::open(net.c_str(), O_RDONLY | O_CLOEXEC));
    must(::setns(file.get(), CLONE_NEWNET) == 0, "setns");
  }});
  maker.end();
  for (const ops::ListRequest& request : {ops::ListRequest{.kinds = {Kind::user}},
                                          ops::ListRequest{.details = {.relations = false}}}) {
    EXPECT_EQ(entry_of(list_of(request), Kind::user, owner).processes, 0U);
  }
}

TEST_F(List, ShowsAFileOfANamespaceThatNoProcessIsInByRoot) {
  REQUIRE_ROOT();
  EXPECT_TRUE(passed(in_child([] {
    const TemporaryDirectory directory;
    unshare_or_end({Kind::mnt});
    must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount");
    must(::mount("tmpfs", directory.path().c_str(), "tmpfs", 0, nullptr) == 0, "mount");
    const std::string file = directory.path() + "/uts";
    must(::mknod(file.c_str(), S_IFREG | 0600, 0) == 0, "mknod");
    std::uint64_t inode = 0;
    {
      const ChildInNamespaces target({Kind::uts});
      inode = namespace_inode(target.pid(), Kind::uts);
      must(::mount(
               target.namespace_file(Kind::uts).c_str(), file.c_str(), nullptr, MS_BIND, nullptr) ==
               0,
           "mount");
    }
    const auto entry = entry_of(list_of(), Kind::uts, inode);
    EXPECT_THAT(entry.mounts, ElementsAre(file));
    EXPECT_EQ(entry.processes, 0U);
    EXPECT_FALSE(entry.process);
    must(::umount2(file.c_str(), MNT_DETACH) == 0, "umount2");
    EXPECT_TRUE(lists_no_more({}, Kind::uts, inode));
    must(::umount2(directory.path().c_str(), MNT_DETACH) == 0, "umount2");
  })));
}

TEST_F(List, OfOneKindShowsNoOther) {
  const ChildInNamespaces target(with_privilege_for({Kind::net}));
  const auto report = list_of({.kinds = {Kind::net}});
  EXPECT_EQ(entry_of(report, Kind::net, namespace_inode(target.pid(), Kind::net)).processes, 1U);
  EXPECT_TRUE(std::all_of(report.namespaces.begin(), report.namespaces.end(), [](const auto& one) {
    return one.ref.kind == Kind::net;
  }));
}

TEST_F(List, OfOneProcessShowsItsNamespaces) {
  const ChildInNamespaces target(KindSet::all());
  const auto report = list_of({.pid = target.pid()});
  EXPECT_THAT(report.namespaces, SizeIs(ns::kind_count));
  expect_alone_in_all(report, target.pid());
}

TEST_F(List, L7OfADeadProcessIsAnError) {
  pid_t pid = 0;
  {
    const ChildInNamespaces target(with_privilege_for({}));
    pid = target.pid();
  }
  const auto report = ops::list({.pid = pid});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().errnum, ESRCH);
}

TEST_F(List, L5CountsWhatMayNotBeLookedAtByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces hidden({Kind::uts});
  const std::uint64_t inode = namespace_inode(hidden.pid(), Kind::uts);
  const std::size_t of_root = list_of().unreadable_processes;
  EXPECT_TRUE(passed(in_child([&] {
    become_ordinary_user();
    const auto report = list_of();
    EXPECT_GT(report.unreadable_processes, of_root);
    EXPECT_FALSE(has(report, Kind::uts, inode));
    const auto refused = ops::list({.pid = hidden.pid()});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().errnum, EACCES);
    EXPECT_FALSE(refused.error().hint.empty());
    EXPECT_TRUE(has(report, Kind::uts, namespace_inode(::getpid(), Kind::uts)));
  })));
}

TEST_F(List, LeavesTheLimitOfDescriptorsAsItWas) {
  EXPECT_TRUE(passed(in_child([] {
    rlimit limit = {};
    must(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    limit.rlim_cur = 64;
    must(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    list_of();
    must(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    EXPECT_EQ(limit.rlim_cur, 64U);
  })));
}

TEST_F(List, SaysWhenThereAreTooFewDescriptors) {
  const ChildInNamespaces target(KindSet::all());
  EXPECT_TRUE(passed(in_child([] {
    const rlimit few = {6, 6};
    must(::setrlimit(RLIMIT_NOFILE, &few) == 0, "setrlimit");
    const auto report = ops::list({});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().errnum, EMFILE);
  })));
}

}  // namespace
}  // namespace nsplay::test
