// A joined program as a user of the target: ids and names that were asked for, looked up in
// accounts that the target has written.

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/chroot.h"
#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// With accounts of its own below its root directory.
class JoinAs : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }

  static FrontOutcome join_as(const ChildInNamespaces& target,
                              const ops::IdentityRequest& identity,
                              Preparation preparation = {}) {
    ops::JoinRequest request = joining(target.expression(), inside("report"));
    request.identity = identity;
    return in_child(join_and_wait(request, std::move(preparation)));
  }

  /// A target whose /etc is this directory.
  [[nodiscard]] ChildInNamespaces target_with_accounts(const Maps& maps) const {
    return ChildInNamespaces(
        {.kinds = {Kind::user, Kind::mnt}, .maps = maps, .inside = [this] {
           must(::mount(etc_.path().c_str(), "/etc", nullptr, MS_BIND, nullptr) == 0, "mount");
         }});
  }

  const TemporaryDirectory etc_;
  const std::string passwd_ = etc_.file("passwd", "root:x:0:0:::\nweb:x:33:34:::\n", 0644);
  const std::string group_ = etc_.file("group", "web:x:34:\nlog:x:4:web\nten:x:10:\n", 0644);
};

TEST_F(JoinAs, UserHasHisGroupsByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target = target_with_accounts(every_id());
  expect_ids(join_as(target, {.user = "web"}, take_two_groups), "33", "34", "4 34");
  expect_ids(join_as(target, {.user = "33"}, take_two_groups), "33", "34", "4 34");
}

/// Files of the target say nothing about who is who where the program runs.
TEST_F(JoinAs, NamesAreThoseOfThePlaceWhereTheProgramRunsByRoot) {
  REQUIRE_ROOT();
  const TemporaryDirectory etc;
  static_cast<void>(etc.file("passwd", "root:x:4711:4711:::\n", 0644));
  const ChildInNamespaces target(
      {.kinds = {Kind::uts, Kind::mnt}, .inside = [&] {
         must(::mount(etc.path().c_str(), "/etc", nullptr, MS_BIND, nullptr) == 0, "mount");
       }});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.identity.user = "root";
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["uid"], "4711 4711 4711");
  request.kinds = {Kind::uts};
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["uid"], "0 0 0");
  request.kinds = {};
  request.target = target.namespace_file(Kind::mnt);
  const FrontOutcome outcome = in_child(join_and_wait(request));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("no names are known in a mount namespace alone"));
}

TEST_F(JoinAs, N17UnknownNumberHasGroupZeroAndNoOtherByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target = target_with_accounts(every_id());
  expect_ids(join_as(target, {.user = "4711"}, take_two_groups), "4711", "0", "");
}

TEST_F(JoinAs, GroupHasNoSupplementaryOnesByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target = target_with_accounts(every_id());
  expect_ids(join_as(target, {.user = "web", .group = "ten"}, take_two_groups), "33", "10", "");
  expect_ids(join_as(target, {.group = "12"}, take_two_groups), "0", "12", "");
}

TEST_F(JoinAs, FollowIsWhatTheTargetIsByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = every_id(), .inside = [] {
                                    take_two_groups();
                                    must(::setresgid(1001, 1001, 1001) == 0, "setresgid");
                                    must(::setresuid(1000, 1000, 1000) == 0, "setresuid");
                                  }});
  expect_ids(join_as(target, {.user = "follow"}), "1000", "1001", "4 24");
  expect_ids(join_as(target, {.user = "follow", .group = "follow"}), "1000", "1001", "");
}

TEST_F(JoinAs, N12WhoFollowsNeedsAProcessToFollow) {
  const ChildInNamespaces target(ns::KindSet{Kind::user});
  for (const ops::IdentityRequest& identity :
       {ops::IdentityRequest{.user = "follow"}, ops::IdentityRequest{.group = "follow"}}) {
    ops::JoinRequest request = joining(target.namespace_file(Kind::user), inside("report"));
    request.identity = identity;
    const FrontOutcome outcome = in_child(join_and_wait(request));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->trouble, Trouble::usage);
    EXPECT_THAT(outcome.error->message(), HasSubstr("=follow needs a process"));
  }
}

TEST_F(JoinAs, UserIsAnotherOneWithoutAUserNamespaceTooByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::uts});
  const FrontOutcome outcome = join_as(target, {.user = "4711", .group = "12"}, take_two_groups);
  expect_ids(outcome, "4711", "12", "");
  EXPECT_EQ(InsideReport(outcome.output)["caps"], "0000000000000000");
}

TEST_F(JoinAs, GroupsWithoutMappingAreLeftOutWithANoteByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target = target_with_accounts({"0 0 50", "0 0 1\n30 30 10", ""});
  const FrontOutcome outcome = join_as(target, {.user = "web"});
  expect_ids(outcome, "33", "34", "34");
  EXPECT_THAT(outcome.output,
              HasSubstr("note the user namespace does not map all groups of the "
                        "user: without 4"));
}

TEST_F(JoinAs, NameThatNobodyHasThereIsAnError) {
  const ChildInNamespaces target = target_with_accounts(caller_as_root());
  for (const ops::IdentityRequest& identity :
       {ops::IdentityRequest{.user = "missing"}, ops::IdentityRequest{.group = "missing"}}) {
    const FrontOutcome outcome = join_as(target, identity);
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->message(), HasSubstr("'missing'"));
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

TEST_F(JoinAs, IdWithoutMappingIsAnErrorThatNamesIt) {
  const ChildInNamespaces target = target_with_accounts(caller_as_root());
  for (const ops::IdentityRequest& identity :
       {ops::IdentityRequest{.user = "33"}, ops::IdentityRequest{.user = "0", .group = "33"}}) {
    const FrontOutcome outcome = join_as(target, identity);
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->message(), MatchesRegex(".*[ug]id 3[34] has no mapping there"));
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

TEST_F(JoinAs, RootIsPossibleWhereOnlyRootIs) {
  const ChildInNamespaces target = target_with_accounts(caller_as_root());
  const FrontOutcome outcome = join_as(target, {.user = "root"});
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "0 0 0");
}

TEST_F(JoinAs, CredentialsArePreservedWhenAsked) {
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = Maps{}});
  const FrontOutcome outcome = join_as(target, {.preserve = true});
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "65534 65534 65534");
  EXPECT_THAT(outcome.output, Not(HasSubstr("note")));
}

TEST_F(JoinAs, PreservedCredentialsContradictOthers) {
  const ChildInNamespaces target(ns::KindSet{Kind::user});
  const FrontOutcome outcome = join_as(target, {.user = "0", .preserve = true});
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::usage);
}

/// execve(2) finds the directory with the capability; whoever asks without it does not.
TEST_F(JoinAs, ProgramBehindADirectoryThatOnlyACapabilityOpensIsLookedForByRoot) {
  REQUIRE_ROOT();
  must(::chmod(etc_.path().c_str(), 0700) == 0, "chmod");
  const ChildInNamespaces target({Kind::uts});
  ops::JoinRequest request = joining(target.expression(), {"exe", "--inside", "exit", "9"});
  request.identity.user = "4711";
  request.privileges.keep_capabilities = true;
  request.environment.set = {"PATH=" + etc_.path() + ":/proc/self"};
  const FrontOutcome outcome = in_child(join_and_wait(request));
  EXPECT_EQ(outcome.status, 9) << outcome;
}

/// What the target wrote is a way neither out of its root nor to wait for ever.
TEST_F(JoinAs, AccountsThatAreNoRegularFileOfTheTargetAreNotRead) {
  struct {
    std::function<void()> make;
    const char* message = nullptr;
  } const table[] = {
      {[] { must(::mkfifo("/etc/passwd", 0644) == 0, "mkfifo"); }, "is not a regular file"},
      {[] { must(::mkdir("/etc/passwd", 0755) == 0, "mkdir"); }, "is not a regular file"},
      {[] { must(::symlink("/proc/self/fd/0", "/etc/passwd") == 0, "symlink"); },
       "Too many levels"},
      {[] { must(::symlink("passwd", "/etc/passwd") == 0, "symlink"); }, "Too many levels"},
      {[] {}, "No such file or directory"},
  };
  for (const auto& row : table) {
    const ChildInNamespaces target({.kinds = {Kind::user, Kind::mnt}, .inside = [&] {
                                      must(::mount("none", "/etc", "tmpfs", 0, nullptr) == 0,
                                           "mount");
                                      row.make();
                                    }});
    const FrontOutcome outcome = join_as(target, {.user = "web"});
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->message(), HasSubstr(row.message));
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

/// A link that would lead out by ".." or from "/" stays below the root directory.
TEST_F(JoinAs, LinksOfTheTargetStayBelowItsRoot) {
  const TemporaryDirectory root;
  const ChildInNamespaces target({.kinds = {Kind::user, Kind::mnt}, .inside = [&] {
                                    make_empty_root_of(root.path());
                                    must(::mkdir("/etc", 0755) == 0, "mkdir");
                                    must(::symlink("/../../etc/group", "/etc/passwd") == 0,
                                         "symlink");
                                  }});
  const FrontOutcome outcome = join_as(target, {.user = "root"});
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("etc/passwd: No such file or directory"));
}

/// A file of /proc may be anything, /proc/kmsg for one, and its own link says nothing of that.
TEST_F(JoinAs, AccountsAreNoFileOfProc) {
  const ChildInNamespaces target({.kinds = {Kind::user, Kind::mnt}, .inside = [] {
                                    must(::mount("none", "/etc", "tmpfs", 0, nullptr) == 0,
                                         "mount");
                                    must(::symlink("/proc/version", "/etc/passwd") == 0, "symlink");
                                  }});
  const FrontOutcome outcome = join_as(target, {.user = "web"});
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("is a file of /proc"));
}

TEST_F(JoinAs, ANumberDoesWithoutAccountsThatCannotBeRead) {
  const ChildInNamespaces target({.kinds = {Kind::user, Kind::mnt}, .inside = [] {
                                    must(::mount("none", "/etc", "tmpfs", 0, nullptr) == 0,
                                         "mount");
                                    must(::mkfifo("/etc/passwd", 0644) == 0, "mkfifo");
                                  }});
  const FrontOutcome outcome = join_as(target, {.user = "0"});
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "0 0 0");
  EXPECT_THAT(outcome.output, HasSubstr("note the number is taken without groups of its user"));
}

TEST_F(JoinAs, WhatCanBeNobodysNameIsRefused) {
  const ChildInNamespaces target(ns::KindSet{Kind::user});
  for (const char* user : {"", "4294967295", "99999999999999999999"}) {
    const FrontOutcome outcome = join_as(target, {.user = user});
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->trouble, Trouble::usage) << user;
    EXPECT_THAT(outcome.error->message(), HasSubstr("--setuid")) << user;
  }
}

}  // namespace
}  // namespace nsplay::test
