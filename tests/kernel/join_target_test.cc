// What can be joined: processes, threads and namespace files; and what cannot, with the reason.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/links.h"
#include "kernel/threads.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

class JoinTarget : public LeakCheck {
 protected:
  static FrontOutcome join_report(const std::string& target,
                                  KindSet kinds = {},
                                  Preparation preparation = {}) {
    return in_child(
        join_and_wait(joining(target, inside("report"), kinds), std::move(preparation)));
  }

  static Error error_of(const std::string& target, KindSet kinds = {}) {
    const FrontOutcome outcome = join_report(target, kinds);
    EXPECT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
    return outcome.error.value_or(Error{});
  }
};

TEST_F(JoinTarget, ThatIsAZombieIsCalledOne) {
  const ChildInNamespaces target({Kind::uts, Kind::user});
  target.kill_without_reaping();
  for (const KindSet kinds : {KindSet{}, KindSet{Kind::uts}, KindSet{Kind::user}}) {
    SCOPED_TRACE(kinds.to_string());
    const Error error = error_of(target.expression(), kinds);
    EXPECT_THAT(error.message(), HasSubstr("is a zombie"));
    EXPECT_FALSE(error.hint.empty());
  }
}

TEST_F(JoinTarget, ThatIsDeadIsNoProcess) {
  ChildInNamespaces target({Kind::uts, Kind::user});
  const std::string expression = target.expression();
  target.end();
  const Error error = error_of(expression);
  EXPECT_EQ(error.errnum, ESRCH);
  EXPECT_THAT(error.message(), HasSubstr("no process has pid " + expression));
}

TEST_F(JoinTarget, ThatIsNoTargetIsAUsageError) {
  for (const char* text : {"",
                           "0",
                           "-1",
                           "-0",
                           "2147483648",
                           "4194305",
                           "99999999999999999999",
                           "1+",
                           "1:",
                           "1:x",
                           ":1",
                           "some text",
                           " 1",
                           "+1",
                           "self"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(error_of(text).trouble, Trouble::usage);
  }
}

TEST_F(JoinTarget, KernelThreadIsJoinedAsAnyProcess) {
  const auto thread = kernel_thread();
  if (!thread) {
    GTEST_SKIP() << "no thread of the kernel is visible here";
  }
  if (!is_readable_process(*thread)) {
    const Error error = error_of(std::to_string(*thread));
    EXPECT_EQ(error.errnum, EACCES) << error.message();
    EXPECT_THAT(error.hint, HasSubstr("belongs to root (uid 0)"));
    return;
  }
  EXPECT_THAT(error_of(std::to_string(*thread), {Kind::net}).message(),
              HasSubstr("nothing to join"));
  // The test program has mounts of its own (leak_check.h), the kernel's threads have the machine's.
  const FrontOutcome outcome = join_report(std::to_string(*thread));
  EXPECT_TRUE(passed(outcome));
  expect_links(InsideReport(outcome.output), *thread, KindSet::all());
}

TEST_F(JoinTarget, ThreadIsJoinedAsThatThread) {
  const TargetWithThread target;
  const pid_t thread = target.thread();
  ASSERT_NE(namespace_link(thread, Kind::uts), namespace_link(target.process().pid(), Kind::uts));
  const FrontOutcome outcome = join_report(std::to_string(thread));
  EXPECT_TRUE(passed(outcome));
  expect_links(InsideReport(outcome.output), thread, with_privilege_for({Kind::uts}));
}

TEST_F(JoinTarget, ThreadIsJoinedAlsoWhenItsLeaderHasEnded) {
  const TargetWithThread target;
  const pid_t thread = target.thread();
  target.end_leader();
  EXPECT_THAT(error_of(target.process().expression()).message(), HasSubstr("is a zombie"));
  const FrontOutcome outcome = join_report(std::to_string(thread));
  EXPECT_TRUE(passed(outcome));
  expect_links(InsideReport(outcome.output), thread, with_privilege_for({Kind::uts}));
}

std::string pidfd_inode_of(pid_t pid) {
  const sys::UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  struct stat status = {};
  must(::fstat(pidfd.get(), &status) == 0, "fstat");
  return std::to_string(status.st_ino);
}

/// Before Linux 6.9 all pidfds have one and the same inode, which would let any process pass.
TEST_F(JoinTarget, WithItsPidfdInodeIsJoinedWhereTheKernelHasThem) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const FrontOutcome outcome =
      join_report(target.expression() + ":" + pidfd_inode_of(target.pid()));
  if (reason_without(pidfd_inode).empty()) {
    EXPECT_TRUE(passed(outcome));
    expect_links(InsideReport(outcome.output), target.pid(), with_privilege_for({Kind::uts}));
  } else {
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->hint, HasSubstr("Linux 6.9"));
  }
}

TEST_F(JoinTarget, WithAnotherPidfdInodeIsAnotherProcess) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const ChildInNamespaces other(KindSet{});
  const Error error = error_of(target.expression() + ":" + pidfd_inode_of(other.pid()));
  EXPECT_FALSE(error.hint.empty());
  if (reason_without(pidfd_inode).empty()) {
    EXPECT_EQ(error.errnum, ESRCH);
  }
}

class JoinFile : public JoinTarget {};

TEST_F(JoinFile, OfEachKindIsThatNamespaceAloneByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(KindSet::all());
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    const FrontOutcome outcome = join_report(target.namespace_file(info.kind));
    EXPECT_TRUE(passed(outcome));
    expect_links(InsideReport(outcome.output), target.pid(), {info.kind});
  }
}

TEST_F(JoinFile, OfAUserNamespaceOfOnesOwnIsOpenToAnybody) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child([] {
    become_ordinary_user();
    const ChildInNamespaces target({Kind::user});
    const FrontOutcome joined = join_report(target.namespace_file(Kind::user));
    EXPECT_TRUE(passed(joined));
    expect_links(InsideReport(joined.output), target.pid(), {Kind::user});
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(JoinFile, ThatNeedsTheUserNamespaceTooIsRefusedWithItsOwner) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child([] {
    become_ordinary_user();
    const ChildInNamespaces target({Kind::user, Kind::uts});
    const Error error = error_of(target.namespace_file(Kind::uts));
    EXPECT_EQ(error.errnum, EPERM);
    EXPECT_THAT(error.message(), HasSubstr("setns uts"));
    EXPECT_FALSE(error.hint.empty());
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(JoinFile, OutlivesItsProcessAsABindMountByRoot) {
  REQUIRE_ROOT();
  const TemporaryDirectory directory;
  const std::string path = directory.file("blue", "", 0644);
  ChildInNamespaces target({Kind::net});
  const std::string link = namespace_link(target.pid(), Kind::net);
  ASSERT_EQ(
      ::mount(target.namespace_file(Kind::net).c_str(), path.c_str(), nullptr, MS_BIND, nullptr),
      0);
  target.end();
  const FrontOutcome outcome = join_report(path);
  EXPECT_EQ(::umount2(path.c_str(), MNT_DETACH), 0);
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output).link(Kind::net), link);
}

TEST_F(JoinFile, N13OfAPidNamespaceWhoseInitHasEndedTakesNoProcessByRoot) {
  REQUIRE_ROOT();
  ChildInNamespaces target({Kind::pid});
  const sys::UniqueFd held(::open(target.namespace_file(Kind::pid).c_str(), O_RDONLY | O_CLOEXEC));
  target.end();
  const Error error = error_of("/proc/self/fd/" + std::to_string(held.get()));
  EXPECT_EQ(error.errnum, ENOMEM);
  EXPECT_THAT(error.hint, HasSubstr("init of pid:["));
}

TEST_F(JoinFile, HasOnlyItsOwnKind) {
  const ChildInNamespaces target({Kind::user});
  const Error error = error_of(target.namespace_file(Kind::user), {Kind::user, Kind::net});
  EXPECT_EQ(error.trouble, Trouble::usage);
  EXPECT_THAT(error.message(), HasSubstr("is no net namespace"));
}

TEST_F(JoinFile, OfTheCallersOwnNamespaceIsNothingToJoin) {
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_THAT(error_of(std::string("/proc/self/") + info.proc_path).message(),
                HasSubstr("nothing to join"));
  }
}

TEST_F(JoinFile, ThatIsNoNamespaceIsCalledThat) {
  const TemporaryDirectory directory;
  const std::string fifo = directory.path() + "/fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0644), 0);
  for (const std::string& path : {fifo,
                                  directory.path(),
                                  directory.file("file", "text", 0644),
                                  std::string("/dev/null"),
                                  std::string("/proc/self/status")}) {
    SCOPED_TRACE(path);
    const Error error = error_of(path);
    EXPECT_THAT(error.message(), HasSubstr("is not a namespace file"));
    EXPECT_FALSE(error.hint.empty());
  }
  EXPECT_EQ(error_of("/nonexistent/file").errnum, ENOENT);
}

TEST_F(JoinFile, OfASocketIsAnError) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/socket";
  ASSERT_EQ(::mknod(path.c_str(), S_IFSOCK | 0644, 0), 0);
  EXPECT_THAT(error_of(path).message(), HasSubstr("is not a namespace file"));
}

}  // namespace
}  // namespace nsplay::test
