#include "support/leak_check.h"

#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <vector>

#include "nsplay/sys/retry.h"

#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

/// An ordinary user cannot mount here, and sees what others do.
std::string mounts() {
  return ::geteuid() == 0 ? read_process_file(::getpid(), "mountinfo") : std::string();
}

std::string describe(pid_t pid) {
  return std::to_string(pid) + " (" + read_process_file(pid, "comm") + "), state " +
         stat_field(pid, 3);
}

struct Ending {
  pid_t pid = 0;
  sys::UniqueFd pidfd;
};

std::vector<Ending> open_all(const std::vector<pid_t>& pids) {
  std::vector<Ending> endings;
  endings.reserve(pids.size());
  for (const pid_t pid : pids) {
    endings.push_back({pid, sys::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)))});
  }
  return endings;
}

/// Waits for the end of at least one of the children and reaps those that have ended: the init of a
/// pid namespace cannot end before others are reaped. Kills all when none ends in time.
void see_off(const std::vector<Ending>& children, std::chrono::milliseconds time_to_end) {
  std::vector<pollfd> set;
  set.reserve(children.size());
  for (const Ending& child : children) {
    set.push_back({child.pidfd.get(), POLLIN, 0});
  }
  const int milliseconds = static_cast<int>(time_to_end.count());
  if (sys::retry([&] { return ::poll(set.data(), set.size(), milliseconds); }) == 0) {
    for (const Ending& child : children) {
      ADD_FAILURE() << "a process is left: " << describe(child.pid);
      ::kill(child.pid, SIGKILL);
    }
  }
  for (const Ending& child : children) {
    ::waitpid(child.pid, nullptr, WNOHANG);
  }
}

}  // namespace

void LeakCheck::SetUp() {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
  ASSERT_TRUE(own_children().empty());
  descriptors_ = descriptors_of(::getpid());
  mounts_ = mounts();
}

void LeakCheck::TearDown() {
  // The children of a child that ends are ours then.
  for (auto children = own_children(); !children.empty(); children = own_children()) {
    see_off(open_all(children), time_to_end_);
  }
  EXPECT_EQ(descriptors_of(::getpid()), descriptors_);
  EXPECT_EQ(mounts(), mounts_);
}

void isolate_mounts() {
  if (::geteuid() != 0) {
    return;
  }
  must(::unshare(CLONE_NEWNS) == 0, "unshare");
  must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
  must(::mount("none", "/", nullptr, MS_REC | MS_SHARED, nullptr) == 0, "make mounts shared");
}

}  // namespace nsplay::test
