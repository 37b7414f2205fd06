// Joining user namespaces: nested ones, those of others, and what is owned by which.

#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/links.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

class JoinUser : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }
};

Maps root_of_root() {
  return {"0 0 1", "0 0 1", ""};
}

/// A user namespace below another one, each with a namespace of its own.
TargetOptions two_levels() {
  return {.kinds = {Kind::user, Kind::net}, .inside = [] {
            enter_user_namespace(root_of_root());
            unshare_or_end({Kind::uts});
          }};
}

TargetOptions three_levels() {
  return {.kinds = {Kind::user, Kind::net, Kind::pid}, .inside = [] {
            enter_user_namespace(root_of_root());
            unshare_or_end({Kind::uts});
            enter_user_namespace(root_of_root());
            unshare_or_end({Kind::mnt, Kind::ipc});
          }};
}

void expect_joined(const TargetOptions& options, const Preparation& preparation) {
  const ChildInNamespaces target(options);
  const KindSet differing = different_kinds(::getpid(), target.pid());
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("report")), preparation));
  EXPECT_TRUE(passed(outcome));
  const InsideReport report(outcome.output);
  expect_links(report, target.pid(), differing);
  EXPECT_EQ(report["uid"], "0 0 0");
  EXPECT_EQ(report["caps"], "000001ffffffffff");
}

TEST_F(JoinUser, TwoLevelsDown) {
  expect_joined(two_levels(), {});
}

TEST_F(JoinUser, ThreeLevelsDown) {
  expect_joined(three_levels(), {});
}

TEST_F(JoinUser, ThatOwnsEverythingInOrder) {
  expect_joined({.kinds = KindSet::all()}, deny_setns_of_several_kinds);
}

TEST_F(JoinUser, TwoLevelsDownInOrder) {
  expect_joined(two_levels(), deny_setns_of_several_kinds);
}

TEST_F(JoinUser, ThreeLevelsDownInOrder) {
  expect_joined(three_levels(), deny_setns_of_several_kinds);
}

/// The caller lies in a user namespace himself, and its child is the target.
TEST_F(JoinUser, FromInsideAnother) {
  const FrontOutcome outcome = in_child([] {
    enter_user_namespace(caller_as_root());
    expect_joined({.kinds = KindSet::all()}, {});
    expect_joined({.kinds = KindSet::all()}, deny_setns_of_several_kinds);
  });
  EXPECT_TRUE(passed(outcome));
}

/// setns(2) tests the caller's old credentials for every kind of one call. Root who lacks
/// CAP_SYS_CHROOT outside has it inside a user namespace that is somebody else's.
TEST_F(JoinUser, OfAnotherUserTakesTwoCallsWithoutCapSysChrootByRoot) {
  REQUIRE_ROOT();
  const Maps maps = {"0 1234 1", "0 1234 1", ""};
  const ChildInNamespaces target({.kinds = {Kind::user, Kind::mnt}, .maps = maps, .before = [] {
                                    must(::setresgid(1234, 1234, 1234) == 0, "setresgid");
                                    must(::setresuid(1234, 1234, 1234) == 0, "setresuid");
                                    must(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "dumpable");
                                  }});
  const auto one_call = in_child([&] {
    lose_capability(CAP_SYS_CHROOT);
    const auto pidfd = static_cast<int>(::syscall(SYS_pidfd_open, target.pid(), 0U));
    EXPECT_EQ(::setns(pidfd, CLONE_NEWUSER | CLONE_NEWNS), -1);
    EXPECT_EQ(errno, EPERM);
  });
  EXPECT_TRUE(passed(one_call));
  const FrontOutcome outcome = in_child(join_and_wait(
      joining(target.expression(), inside("report")), [] { lose_capability(CAP_SYS_CHROOT); }));
  EXPECT_TRUE(passed(outcome));
  expect_links(InsideReport(outcome.output), target.pid(), {Kind::user, Kind::mnt});
}

TEST_F(JoinUser, OfRootIsRefusedToAnOrdinaryUserWithCauseAndCureByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::user, Kind::uts});
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("report")), become_ordinary_user));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, EACCES);
  EXPECT_THAT(outcome.error->hint, HasSubstr("run as root"));
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_F(JoinUser, OfAnotherProcessOfOnesOwnIsAllowedToAnOrdinaryUser) {
  const FrontOutcome outcome = in_child([] {
    become_ordinary_user();
    expect_joined({.kinds = KindSet::all()}, {});
  });
  EXPECT_TRUE(passed(outcome));
}

/// Same user, so that he may look; but the namespace belongs to root's user namespace.
TEST_F(JoinUser, N6IsNeededForANamespaceThatRootOwnsByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::uts}, .inside = become_ordinary_user});
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("report")), become_ordinary_user));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, EPERM);
  EXPECT_THAT(outcome.error->message(), HasSubstr("setns uts"));
  EXPECT_THAT(outcome.error->hint, HasSubstr("where you lack CAP_SYS_ADMIN; run as root"));
  EXPECT_EQ(outcome.children_left, 0U);
}

}  // namespace
}  // namespace nsplay::test
