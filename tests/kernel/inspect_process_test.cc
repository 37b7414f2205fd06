// What inspect tells about processes: who they are, their namespaces, their uname.

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ops/inspect.h"

#include "kernel/front.h"
#include "kernel/inspection.h"
#include "kernel/threads.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

class InspectProcess : public LeakCheck {};

TEST_F(InspectProcess, SelfIsInTheCallersNamespacesWithTheCallersUname) {
  const auto report = inspect("self");
  ASSERT_TRUE(report.process);
  EXPECT_EQ(report.process->pid, ::getpid());
  EXPECT_EQ(report.process->uid, ::geteuid());
  EXPECT_EQ(report.process->comm + "\n", read_process_file(::getpid(), "comm"));
  EXPECT_THAT(report.process->command, HasSubstr("kernel_tests"));
  EXPECT_EQ(report.namespaces.size(), ns::kind_count);
  EXPECT_EQ(kinds_shared_with_caller(report), KindSet::all());
  expect_inodes(report, ::getpid());
  ASSERT_TRUE(report.target_uname && *report.target_uname);
  for (const ops::UnameField& field : ops::compare(report.caller_uname, **report.target_uname)) {
    EXPECT_FALSE(field.differs()) << field.name;
  }
}

TEST_F(InspectProcess, StartIsBetweenTheTestsStartAndNow) {
  const auto before = std::chrono::system_clock::now();
  const ChildInNamespaces target(KindSet{});
  const auto report = inspect(target.expression());
  ASSERT_TRUE(report.process);
  // The kernel counts in ticks of 10 ms.
  constexpr std::chrono::milliseconds tick(20);
  EXPECT_GE(report.process->start, before - tick);
  EXPECT_LE(report.process->start, std::chrono::system_clock::now() + tick);
}

TEST_F(InspectProcess, ChildWithEverythingOfItsOwnSharesNothing) {
  const ChildInNamespaces target(KindSet::all());
  const auto report = inspect(target.expression());
  EXPECT_EQ(kinds_shared_with_caller(report), KindSet{});
  expect_inodes(report, target.pid());
}

TEST_F(InspectProcess, OwnerAndParentAreTold) {
  const ChildInNamespaces target(KindSet::all());
  const auto report = inspect(target.expression());
  const std::uint64_t user = namespace_inode(target.pid(), Kind::user);
  const std::uint64_t own_user = namespace_inode(::getpid(), Kind::user);
  for (const ops::NamespaceRow& row : report.namespaces) {
    SCOPED_TRACE(ns::name_of(row.kind));
    ASSERT_TRUE(row.view);
    ASSERT_TRUE(row.view->owner && *row.view->owner);
    EXPECT_EQ((*row.view->owner)->ref.inode, row.kind == Kind::user ? own_user : user);
    ASSERT_TRUE(row.view->parent);
    const bool has_parent = row.kind == Kind::user || row.kind == Kind::pid;
    EXPECT_EQ(row.view->parent->has_value(), has_parent);
  }
  EXPECT_EQ((*view_of(report, Kind::uts).owner)->uid, ::geteuid());
  EXPECT_EQ((*view_of(report, Kind::user).parent)->inode, own_user);
  EXPECT_EQ((*view_of(report, Kind::pid).parent)->inode, namespace_inode(::getpid(), Kind::pid));
}

TEST_F(InspectProcess, IdsAreTheKernelsOrNone) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const bool kernel_has_them = reason_without(namespace_ids).empty();
  EXPECT_EQ(view_of(inspect(target.expression()), Kind::uts).ref.id.has_value(), kernel_has_them);
  const FrontOutcome outcome = in_child([&] {
    deny_namespace_ids();
    EXPECT_FALSE(view_of(inspect(target.expression()), Kind::uts).ref.id);
  });
  EXPECT_TRUE(passed(outcome));
}

TargetOptions renamed(const std::string& host, const std::string& domain) {
  return {.kinds = with_privilege_for({Kind::uts}), .inside = [host, domain] {
            must(::sethostname(host.data(), host.size()) == 0, "sethostname");
            must(::setdomainname(domain.data(), domain.size()) == 0, "setdomainname");
          }};
}

TEST_F(InspectProcess, DifferencesOfUnameAreFound) {
  const ChildInNamespaces target(renamed("another-host", "another-domain"));
  const auto report = inspect(target.expression());
  ASSERT_TRUE(report.target_uname && *report.target_uname);
  for (const ops::UnameField& field : ops::compare(report.caller_uname, **report.target_uname)) {
    const bool renamed = field.name == "nodename" || field.name == "domainname";
    EXPECT_EQ(field.differs(), renamed) << field.name;
  }
  EXPECT_EQ((*report.target_uname)->nodename, "another-host");
  EXPECT_EQ((*report.target_uname)->domainname, "another-domain");
}

TEST_F(InspectProcess, HostileNamesAreReportedAsTheyAre) {
  const std::string host = "\x1b]0;title\x07\n\xff";
  const std::string comm = ") S 1 \n\x1b[2J";
  TargetOptions options = renamed(host, "");
  options.inside = [rename = options.inside, comm] {
    rename();
    must(::prctl(PR_SET_NAME, comm.c_str(), 0, 0, 0) == 0, "PR_SET_NAME");
  };
  const ChildInNamespaces target(options);
  const auto report = inspect(target.expression());
  EXPECT_EQ(report.process->comm, comm);
  EXPECT_THAT(report.process->state, testing::AnyOf('S', 'R'));
  ASSERT_TRUE(report.target_uname && *report.target_uname);
  EXPECT_EQ((*report.target_uname)->nodename, host);
}

TEST_F(InspectProcess, ZombieShowsWhatTheKernelStillShows) {
  const ChildInNamespaces target({Kind::uts, Kind::user});
  target.kill_without_reaping();
  const auto report = inspect(target.expression());
  EXPECT_EQ(report.process->state, 'Z');
  for (const ops::NamespaceRow& row : report.namespaces) {
    SCOPED_TRACE(ns::name_of(row.kind));
    const bool still_there = row.kind == Kind::user || row.kind == Kind::pid;
    EXPECT_EQ(row.view.has_value(), still_there);
    if (!row.view) {
      EXPECT_THAT(row.view.error().hint, HasSubstr("zombie"));
    }
  }
  ASSERT_TRUE(report.target_uname);
  EXPECT_FALSE(*report.target_uname);
}

TEST_F(InspectProcess, DeadProcessIsAnError) {
  ChildInNamespaces target({Kind::user});
  const std::string expression = target.expression();
  target.end();
  const auto report = ops::inspect({expression});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().errnum, ESRCH);
  EXPECT_THAT(report.error().message(), HasSubstr("cannot inspect " + expression));
}

TEST_F(InspectProcess, ThreadOfTheKernelHasNoCommand) {
  const auto thread = kernel_thread();
  if (!thread) {
    GTEST_SKIP() << "no thread of the kernel is visible here";
  }
  const auto report = inspect(std::to_string(*thread));
  EXPECT_EQ(report.process->command, "");
  EXPECT_FALSE(report.process->comm.empty());
}

TEST_F(InspectProcess, ThreadIsInspectedAsThatThread) {
  const TargetWithThread target;
  const auto report = inspect(std::to_string(target.thread()));
  EXPECT_EQ(report.process->pid, target.thread());
  expect_inodes(report, target.thread());
}

/// Every row of a process that the caller may not look at says why.
void expect_readable_parts_and_reasons(const ops::InspectReport& report, pid_t pid) {
  ASSERT_TRUE(report.process);
  EXPECT_EQ(report.process->pid, pid);
  EXPECT_FALSE(report.process->comm.empty());
  EXPECT_EQ(report.namespaces.size(), ns::kind_count);
  for (const ops::NamespaceRow& row : report.namespaces) {
    SCOPED_TRACE(ns::name_of(row.kind));
    ASSERT_FALSE(row.view);
    EXPECT_EQ(row.view.error().errnum, EACCES);
    EXPECT_FALSE(row.view.error().hint.empty());
  }
  ASSERT_TRUE(report.target_uname);
  ASSERT_FALSE(*report.target_uname);
  EXPECT_EQ(report.target_uname->error().errnum, EACCES);
}

TEST_F(InspectProcess, ProcessOfAnotherUserShowsWhatEverybodyMaySee) {
  const ChildInNamespaces child(KindSet{});
  const auto found = process_of_another_user(child.pid());
  if (!found) {
    GTEST_SKIP() << "no process of another user is visible here";
  }
  const FrontOutcome outcome = in_child([pid = *found] {
    become_ordinary_user();
    const auto report = inspect(std::to_string(pid));
    expect_readable_parts_and_reasons(report, pid);
    EXPECT_NE(report.process->uid, ::geteuid());
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(InspectProcess, ProtectedProcessOfOnesOwnShowsWhatEverybodyMaySee) {
  const FrontOutcome outcome = in_child([] {
    become_ordinary_user();
    const ChildInNamespaces target({.dumpable = Dumpable::no});
    const auto report = inspect(target.expression());
    expect_readable_parts_and_reasons(report, target.pid());
    EXPECT_THAT(view_error_of(report, Kind::net).hint, HasSubstr("is protected"));
  });
  EXPECT_TRUE(passed(outcome));
}

/// Same user, so that he may look; but only root may enter what root's user namespace owns.
TEST_F(InspectProcess, TargetThatMayBeSeenButNotEnteredShowsAllButItsUnameByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::uts}, .inside = become_ordinary_user});
  const FrontOutcome outcome = in_child([&] {
    become_ordinary_user();
    const auto report = inspect(target.expression());
    expect_inodes(report, target.pid());
    ASSERT_TRUE(report.target_uname);
    ASSERT_FALSE(*report.target_uname);
    EXPECT_EQ(report.target_uname->error().errnum, EPERM);
    EXPECT_THAT(report.target_uname->error().hint, HasSubstr("where you lack CAP_SYS_ADMIN"));
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(InspectProcess, UnameOfANestedUserNamespaceIsReadToo) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child([] {
    become_ordinary_user();
    const ChildInNamespaces target({.kinds = {Kind::user, Kind::uts}, .inside = [] {
                                      must(::sethostname("inner", 5) == 0, "sethostname");
                                      enter_user_namespace({"0 0 1", "0 0 1", ""});
                                    }});
    const auto report = inspect(target.expression());
    ASSERT_TRUE(report.target_uname && *report.target_uname)
        << report.target_uname->error().message();
    EXPECT_EQ((*report.target_uname)->nodename, "inner");
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(InspectProcess, WhatLiesOutsideOfTheCallersUserNamespaceIsAnErrorOfThatPart) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child([] {
    enter_user_namespace(caller_as_root());
    const auto report = inspect("self");
    EXPECT_EQ(kinds_shared_with_caller(report), KindSet::all());
    const ops::NamespaceView uts = view_of(report, Kind::uts);
    ASSERT_FALSE(uts.owner);
    EXPECT_EQ(uts.owner.error().errnum, EPERM);
    const ops::NamespaceView user = view_of(report, Kind::user);
    EXPECT_FALSE(user.parent);
  });
  EXPECT_TRUE(passed(outcome));
}

}  // namespace
}  // namespace nsplay::test
