// What inspect tells about one namespace, and how it counts who is in one.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/inspection.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

class InspectNamespace : public LeakCheck {};

TEST_F(InspectNamespace, OfEachKindIsThatOneRow) {
  const ChildInNamespaces target(KindSet::all());
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    const auto report = inspect("/proc/" + target.expression() + "/" + info.proc_path);
    EXPECT_FALSE(report.process);
    ASSERT_EQ(report.namespaces.size(), 1U);
    EXPECT_EQ(report.namespaces.front().kind, info.kind);
    EXPECT_EQ(view_of(report, info.kind).ref.inode, namespace_inode(target.pid(), info.kind));
    EXPECT_FALSE(view_of(report, info.kind).same_as_caller);
    EXPECT_EQ(report.target_uname.has_value(), info.kind == Kind::uts);
  }
}

TEST_F(InspectNamespace, OfTheCallersOwnIsTheSame) {
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const auto report = inspect(std::string("/proc/self/") + info.proc_path);
    EXPECT_TRUE(view_of(report, info.kind).same_as_caller) << info.name;
  }
}

/// The namespace's owner is known, so that an ordinary user can enter what is his.
TEST_F(InspectNamespace, OfAUtsShowsItsUname) {
  const ChildInNamespaces target({.kinds = with_privilege_for({Kind::uts}), .inside = [] {
                                    must(::sethostname("of-a-file", 9) == 0, "sethostname");
                                  }});
  const auto report = inspect(target.namespace_file(Kind::uts));
  ASSERT_TRUE(report.target_uname);
  ASSERT_TRUE(*report.target_uname) << report.target_uname->error().message();
  EXPECT_EQ((*report.target_uname)->nodename, "of-a-file");
}

TEST_F(InspectNamespace, ThatIsNoneIsAnError) {
  const TemporaryDirectory directory;
  const auto report = ops::inspect({directory.path()});
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message(), testing::HasSubstr("is not a namespace file"));
}

class InspectMembers : public LeakCheck {};

TEST_F(InspectMembers, AreNotCountedUnlessAskedFor) {
  EXPECT_FALSE(view_of(inspect("self"), Kind::uts).processes);
}

TEST_F(InspectMembers, AreAllProcessesInTheNamespace) {
  // When the target dies, as the init of their pid namespace, its children do.
  const ChildInNamespaces target(with_children(KindSet::all(), 3));
  ops::InspectReport report;
  // A list from every source, by another test, enters each mount namespace for a moment.
  EXPECT_TRUE(eventually([&] {
    report = inspect(target.expression(), ops::Members::count);
    return view_of(report, Kind::mnt).processes == 4U;
  }));
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_EQ(view_of(report, info.kind).processes, 4U) << info.name;
  }
}

TEST_F(InspectMembers, AreCountedForANamespaceFile) {
  const ChildInNamespaces target(with_children(KindSet::all(), 1));
  const auto report = inspect(target.namespace_file(Kind::net), ops::Members::count);
  EXPECT_EQ(view_of(report, Kind::net).processes, 2U);
}

TEST_F(InspectMembers, OfANamespaceThatIsOnlyHeldAreNone) {
  ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const sys::UniqueFd held(::open(target.namespace_file(Kind::uts).c_str(), O_RDONLY | O_CLOEXEC));
  target.end();
  const auto report = inspect("/proc/self/fd/" + std::to_string(held.get()), ops::Members::count);
  EXPECT_EQ(view_of(report, Kind::uts).processes, 0U);
}

TEST_F(InspectMembers, OfTheCallersOwnNamespaceIncludeTheCaller) {
  EXPECT_GE(view_of(inspect("self", ops::Members::count), Kind::uts).processes, 1U);
}

}  // namespace
}  // namespace nsplay::test
