// A /proc that does not show the caller's pid namespace: numbers there mean other processes.

#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/procfs/process_dir.h"

#include "kernel/front.h"
#include "kernel/inspection.h"
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

/// A child of the test in a new pid namespace, below the test's /proc: what `unshare -Urpf` leaves.
class OuterProc : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }

  static void run(const std::function<void()>& body) {
    const FrontOutcome outcome = in_child([&] {
      if (::geteuid() != 0) {
        enter_user_namespace(caller_as_root());
      }
      unshare_or_end({Kind::pid});
      const FrontOutcome inner = in_child(body);
      EXPECT_TRUE(passed(inner));
    });
    EXPECT_TRUE(passed(outcome));
  }
};

TEST_F(OuterProc, MakesAPidAnErrorAndNoOtherProcess) {
  run([] {
    for (const char* target : {"1", "2"}) {
      const auto pinned = procfs::pin_process(std::stoi(target));
      ASSERT_FALSE(pinned);
      const FrontOutcome outcome = in_child(join_and_wait(joining(target, inside("report"))));
      ASSERT_TRUE(outcome.error) << outcome;
      EXPECT_EQ(outcome.children_left, 0U);
    }
  });
}

TEST_F(OuterProc, ShowsSelfNevertheless) {
  run([] {
    const auto report = inspect("self");
    EXPECT_EQ(kinds_shared_with_caller(report), KindSet::all());
    ASSERT_TRUE(report.process);
    EXPECT_THAT(report.process->command, HasSubstr("kernel_tests"));
  });
}

TEST_F(OuterProc, CreatesWhatNeedsNoneByRoot) {
  REQUIRE_ROOT();
  run([] {
    const FrontOutcome outcome =
        in_child(create_and_wait(creation_of({Kind::uts}, inside("exit", {"3"}))));
    EXPECT_EQ(outcome.status, 3) << outcome;
  });
}

TEST_F(OuterProc, CreatesAUserNamespaceWithItsMaps) {
  run([] {
    const FrontOutcome outcome =
        in_child(create_and_wait(creation_of({Kind::user}, inside("report"))));
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(InsideReport(outcome.output)["uid"], "0 0 0");
  });
}

TEST_F(OuterProc, DoesNotKeepAChildFromBeingDescribed) {
  run([] {
    ops::CreateRequest request = creation_of({Kind::user, Kind::uts}, inside("exit", {"3"}));
    request.announce = [](const ops::CreateReport& report) {
      EXPECT_EQ(report.namespaces.size(), ns::all_kinds().size());
      for (const ops::CreatedNamespace& created : report.namespaces) {
        EXPECT_EQ(created.is_new, created.ref.kind == Kind::user || created.ref.kind == Kind::uts);
      }
      return Result<>();
    };
    const FrontOutcome outcome = in_child(create_and_wait(request));
    EXPECT_EQ(outcome.status, 3) << outcome;
  });
}

TEST_F(OuterProc, MakesAUserNamespaceAnErrorWithItsCureWithoutPidfds) {
  run([] {
    const FrontOutcome outcome =
        in_child(create_and_wait(creation_of({Kind::user}, inside("exit", {"3"})),
                                 [] { deny_syscall(SYS_pidfd_open, ENOSYS); }));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->hint, HasSubstr("mount -t proc")) << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
  });
}

TEST_F(OuterProc, ThatIsNotThereAtAllIsAnErrorWithItsCure) {
  const FrontOutcome outcome = in_child([] {
    if (::geteuid() != 0) {
      enter_user_namespace(caller_as_root());
    }
    unshare_or_end({Kind::mnt});
    must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
    must(::mount("none", "/proc", "tmpfs", 0, nullptr) == 0, "mount over /proc");
    for (const char* target : {"self", "1"}) {
      const auto report = ops::inspect({target});
      ASSERT_FALSE(report);
      EXPECT_THAT(report.error().hint, HasSubstr("mount -t proc")) << report.error().message();
    }
  });
  // The children are counted in /proc, which is not there.
  EXPECT_FALSE(outcome.error) << outcome;
  EXPECT_EQ(outcome.status, 0) << outcome;
}

}  // namespace
}  // namespace nsplay::test
