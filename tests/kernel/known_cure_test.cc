// What can go wrong in every command alike comes with its cure: limits, seccomp filters, no /dev.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/chroot.h"
#include "kernel/front.h"
#include "kernel/inspection.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;

class KnownCure : public LeakCheck {};

void expect_hint(const FrontOutcome& outcome, int errnum, const std::string& hint) {
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, errnum) << outcome;
  EXPECT_THAT(outcome.error->hint, HasSubstr(hint)) << outcome;
  EXPECT_EQ(outcome.children_left, 0U) << outcome;
}

/// Neither a worker nor a child can be made.
Preparation no_clone(int errnum) {
  return [errnum] {
    deny_syscall(SYS_clone, errnum);
    deny_syscall(SYS_clone3, errnum);
  };
}

TEST_F(KnownCure, IsGivenToAJoinThatMayMakeNoProcess) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const ops::JoinRequest request = joining(target.expression(), inside("exit", {"0"}));
  expect_hint(in_child(join_and_wait(request, no_clone(EPERM))), EPERM, "seccomp");
  expect_hint(in_child(join_and_wait(request, no_clone(EAGAIN))), EAGAIN, "RLIMIT_NPROC");
}

TEST_F(KnownCure, IsGivenToACreateThatMayMakeNoMoreProcesses) {
  const ops::CreateRequest request = creation_of({Kind::uts}, inside("exit", {"0"}));
  expect_hint(in_child(create_and_wait(request, no_clone(EAGAIN))), EAGAIN, "pids.max");
}

TEST_F(KnownCure, IsGivenToACreateWhoseProgramMayHaveNoProcess) {
  const ops::CreateRequest request = creation_of({Kind::uts}, inside("exit", {"0"}));
  // clone3(2) makes the guard, clone(2) the program.
  expect_hint(in_child(create_and_wait(request, [] { deny_syscall(SYS_clone, EAGAIN); })),
              EAGAIN,
              "RLIMIT_NPROC");
}

TEST_F(KnownCure, IsGivenToAnInspectThatMayNotEnter) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const FrontOutcome outcome = in_child([&] {
    deny_syscall(SYS_setns, EPERM);
    const ops::InspectReport report = inspect(target.expression());
    ASSERT_TRUE(report.target_uname);
    ASSERT_FALSE(*report.target_uname);
    EXPECT_EQ(report.target_uname->error().errnum, EPERM);
    EXPECT_THAT(report.target_uname->error().hint, HasSubstr("seccomp"));
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(KnownCure, IsGivenToADetachedCreateWithoutANullDevice) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory directory;
  ops::CreateRequest request = creation_of({Kind::uts});
  request.attachment = ops::Attachment::detached;
  const FrontOutcome outcome = in_child(create_and_wait(request, [&] {
    if (::geteuid() != 0) {
      enter_user_namespace(caller_as_root());
    }
    unshare_or_end({Kind::mnt});
    make_empty_root_of(directory.path());
  }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("open /dev/null"));
  EXPECT_THAT(outcome.error->hint, HasSubstr("mount --bind /dev"));
}

}  // namespace
}  // namespace nsplay::test
