// A pid that goes to another process: whoever was pinned stays who he was, or is gone.

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/join_plan.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/namespaces.h"

#include "kernel/front.h"
#include "kernel/own_pid_namespace.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;

constexpr pid_t pid = 100;

class PidReuse : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }
};

void give_the_pid_to_another_process() {
  end_child(pid);
  start_child_with_pid(pid);
}

void expect_that_a_pin_notices() {
  start_child_with_pid(pid);
  const auto pinned = procfs::pin_process(pid);
  ASSERT_TRUE(pinned) << pinned.error().message();
  EXPECT_TRUE(procfs::still_exists(*pinned));
  give_the_pid_to_another_process();
  EXPECT_FALSE(procfs::still_exists(*pinned));
  EXPECT_FALSE(pinned->dir.stat());
  EXPECT_FALSE(pinned->dir.status());
  EXPECT_FALSE(pinned->dir.open_file("root", O_PATH));
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_FALSE(ns::open_namespace(*pinned, info.kind));
  }
  EXPECT_TRUE(procfs::pin_process(pid)) << "the number itself is in use";
  end_child(pid);
}

TEST_F(PidReuse, IsNoticedByAPinnedProcess) {
  run_in_own_pid_namespace(expect_that_a_pin_notices);
}

TEST_F(PidReuse, IsNoticedByAPinnedProcessWithoutPidfdIoctls) {
  run_in_own_pid_namespace([] {
    deny_pidfd_ioctls();
    expect_that_a_pin_notices();
  });
}

TEST_F(PidReuse, IsNoticedByAPinnedProcessWithoutPidfds) {
  run_in_own_pid_namespace([] {
    deny_syscall(SYS_pidfd_open, ENOSYS);
    expect_that_a_pin_notices();
  });
}

/// A plan that was made for the old process must not lead into the new one.
TEST_F(PidReuse, N14BetweenPlanAndCrossingIsNeverEntered) {
  run_in_own_pid_namespace([] {
    start_child_with_pid(pid);
    const auto plan = ops::plan_join(joining("100", inside("report"), {Kind::uts}));
    ASSERT_TRUE(plan) << plan.error().message();
    ASSERT_EQ(plan->namespaces.size(), 1U);
    const std::string old = namespace_link(pid, Kind::uts);
    give_the_pid_to_another_process();
    const auto& process = *ops::main_process(plan->sources);
    EXPECT_EQ(sys::set_namespaces(process.pidfd->fd(), CLONE_NEWUTS), ESRCH);
    // The namespace that is held is still the old process's.
    EXPECT_EQ(plan->namespaces.front().name(), old);
    EXPECT_NE(plan->namespaces.front().name(), namespace_link(pid, Kind::uts));
    end_child(pid);
  });
}

TEST_F(PidReuse, IsRefusedByThePidfdInode) {
  REQUIRE_KERNEL_FEATURE(pidfd_inode);
  run_in_own_pid_namespace([] {
    start_child_with_pid(pid);
    struct stat status = {};
    {
      const sys::UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
      ASSERT_EQ(::fstat(pidfd.get(), &status), 0);
    }
    give_the_pid_to_another_process();
    const FrontOutcome outcome =
        in_child(join_and_wait(joining("100:" + std::to_string(status.st_ino), inside("report"))));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->errnum, ESRCH);
    EXPECT_THAT(outcome.error->hint, HasSubstr("given to another"));
    end_child(pid);
  });
}

}  // namespace
}  // namespace nsplay::test
