#include "kernel/own_pid_namespace.h"

#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

#include <gtest/gtest.h>

#include "support/child_in_namespaces.h"
#include "support/front_process.h"
#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;

/// A new proc file system is only allowed where the old one is visible in full.
constexpr int no_proc = 77;

/// The rest of the function runs in the new namespaces, as pid 1.
void enter() {
  if (::geteuid() != 0) {
    enter_user_namespace(caller_as_root());
  }
  unshare_or_end({Kind::pid, Kind::mnt});
  const pid_t init = ::fork();
  must(init >= 0, "fork");
  if (init > 0) {
    const int status = wait_for_child(init);
    ::_exit(status);
  }
  must(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "PR_SET_PDEATHSIG");
  must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
  if (::mount("proc", "/proc", "proc", 0, nullptr) != 0) {
    ::_exit(no_proc);
  }
}

}  // namespace

void run_in_own_pid_namespace(const std::function<void()>& body) {
  const FrontOutcome outcome = in_child([&] {
    enter();
    body();
  });
  if (outcome.status == no_proc) {
    GTEST_SKIP() << "no proc can be mounted here: the one that is visible has mounts on top";
  }
  EXPECT_TRUE(passed(outcome));
}

void start_child_with_pid(pid_t pid) {
  clone_args arguments = {};
  arguments.flags = CLONE_NEWUTS;
  arguments.exit_signal = SIGCHLD;
  arguments.set_tid = reinterpret_cast<std::uint64_t>(&pid);
  arguments.set_tid_size = 1;
  const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  must(child >= 0, "clone3 with set_tid");
  if (child == 0) {
    for (;;) {
      ::pause();
    }
  }
}

void end_child(pid_t pid) {
  must(::kill(pid, SIGKILL) == 0, "kill");
  must(::waitpid(pid, nullptr, 0) == pid, "waitpid");
}

}  // namespace nsplay::test
