// The tools of these tests, against cases in which they have to complain: a check that never fails
// checks nothing.

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "nsplay/sys/kernel_abi.h"

#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/front_process.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

/// A test inside of a test.
class Probe : public LeakCheck {
 public:
  void begin() { SetUp(); }
  void end() {
    allow_for_ending(std::chrono::milliseconds(200));
    TearDown();
  }

 private:
  void TestBody() override {}
};

class LeakChecks : public LeakCheck {};

TEST_F(LeakChecks, FindADescriptor) {
  Probe probe;
  probe.begin();
  const sys::UniqueFd leak(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_NONFATAL_FAILURE(probe.end(), "/dev/null");
}

TEST_F(LeakChecks, FindAProcessThatHasNoParentAnyMore) {
  Probe probe;
  probe.begin();
  const FrontOutcome outcome = in_child([] {
    if (::fork() == 0) {
      ::close(STDOUT_FILENO);
      for (;;) {
        ::pause();
      }
    }
  });
  EXPECT_EQ(outcome.children_left, 1U);
  EXPECT_FALSE(passed(outcome));
  EXPECT_NONFATAL_FAILURE(probe.end(), "a process is left");
  EXPECT_TRUE(own_children().empty());
}

TEST_F(LeakChecks, FindAMountByRoot) {
  REQUIRE_ROOT();
  Probe probe;
  const TemporaryDirectory directory;
  probe.begin();
  ASSERT_EQ(::mount("none", directory.path().c_str(), "tmpfs", 0, nullptr), 0);
  EXPECT_NONFATAL_FAILURE(probe.end(), directory.path());
  EXPECT_EQ(::umount2(directory.path().c_str(), MNT_DETACH), 0);
}

class Front : public LeakCheck {};

TEST_F(Front, TellsWhatItsBodyCameTo) {
  EXPECT_EQ(in_child(FrontProcess::Body([]() -> Result<int> { return 42; })).status, 42);
  EXPECT_EQ(in_child([] { ::raise(SIGKILL); }).status, 128 + SIGKILL);
  EXPECT_EQ(in_child([] { must(false, "nothing (this line is wanted)"); }).status, set_up_failed);
  const FrontOutcome failed = in_child([] { EXPECT_TRUE(false) << "inside"; });
  EXPECT_FALSE(passed(failed));
  EXPECT_THAT(failed.output, testing::HasSubstr("inside"));
}

TEST_F(Front, CarriesErrorsHome) {
  const FrontOutcome outcome = in_child(FrontProcess::Body([]() -> Result<int> {
    return fail(Error{"what\n\xff", EPERM, "", Trouble::not_executable});
  }));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->what, "what\n\xff");
  EXPECT_EQ(outcome.error->errnum, EPERM);
  EXPECT_EQ(outcome.error->trouble, Trouble::not_executable);
}

class Denials : public LeakCheck {};

/// The errno of a call that fails, 0 when it succeeds.
int errno_of(long result) {
  return result < 0 ? errno : 0;
}

long pidfd_of_self() {
  return ::syscall(SYS_pidfd_open, ::getpid(), 0U);
}

TEST_F(Denials, HitWhatTheyNameAndNothingElse) {
  const FrontOutcome outcome = in_child([] {
    const auto pidfd = static_cast<int>(pidfd_of_self());
    const int uts = ::open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    deny_syscall(SYS_pidfd_open, ENOSYS);
    EXPECT_EQ(errno_of(pidfd_of_self()), ENOSYS);
    deny_pidfd_ioctls();
    EXPECT_EQ(errno_of(::ioctl(pidfd, sys::abi::pidfd_get_uts_namespace, 0)), ENOTTY);
    EXPECT_EQ(::ioctl(uts, sys::abi::ns_get_nstype), CLONE_NEWUTS);
    deny_namespace_ids();
    std::uint64_t id = 0;
    EXPECT_EQ(errno_of(::ioctl(uts, sys::abi::ns_get_id, &id)), ENOTTY);
    EXPECT_EQ(::ioctl(uts, sys::abi::ns_get_nstype), CLONE_NEWUTS);
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(Denials, OfSeveralKindsLeaveOneKindAlone) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts, Kind::ipc}));
  const FrontOutcome outcome = in_child([&] {
    const auto pidfd = static_cast<int>(::syscall(SYS_pidfd_open, target.pid(), 0U));
    deny_setns_of_several_kinds();
    EXPECT_EQ(errno_of(::setns(pidfd, CLONE_NEWUTS | CLONE_NEWIPC)), EINVAL);
    if (::geteuid() != 0) {
      EXPECT_EQ(errno_of(::setns(pidfd, CLONE_NEWUSER)), 0);
    }
    EXPECT_EQ(errno_of(::setns(pidfd, CLONE_NEWUTS)), 0);
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(Denials, OfNamespacesLeaveForkAlone) {
  const FrontOutcome outcome = in_child([] {
    deny_clone_of_namespaces(EPERM);
    deny_unshare_of_namespaces(EACCES);
    deny_syscall(SYS_clone3, ENOSYS);
    const pid_t child = ::fork();
    if (child == 0) {
      ::_exit(5);
    }
    EXPECT_EQ(wait_for_child(child), 5);
    for (const ns::KindInfo& info : ns::all_kinds()) {
      const auto flag = static_cast<int>(info.clone_flag);
      EXPECT_EQ(errno_of(::unshare(flag)), EACCES) << info.name;
      if (info.kind != Kind::time) {  // which clone(2) cannot say
        EXPECT_EQ(errno_of(::syscall(SYS_clone, flag | SIGCHLD, nullptr, nullptr, nullptr, 0UL)),
                  EPERM)
            << info.name;
      }
    }
  });
  EXPECT_TRUE(passed(outcome));
}

class Targets : public LeakCheck {};

TEST_F(Targets, AreInTheNamespacesThatTheyWereAskedFor) {
  for (const KindSet kinds : {KindSet{}, with_privilege_for({Kind::time}), KindSet::all()}) {
    const ChildInNamespaces target(kinds);
    EXPECT_EQ(different_kinds(::getpid(), target.pid()).to_string(), kinds.to_string());
  }
}

TEST_F(Targets, ThatCannotBeSetUpAreNoTargets) {
  const auto impossible = [] {
    const ChildInNamespaces target(
        TargetOptions{.inside = [] { must(false, "nothing (this line is wanted)"); }});
  };
  EXPECT_THROW(impossible(), std::runtime_error);
  EXPECT_TRUE(own_children().empty());
}

}  // namespace
}  // namespace nsplay::test
