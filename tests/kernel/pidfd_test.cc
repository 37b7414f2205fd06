// sys::Pidfd: a process that cannot turn into another one.

#include "nsplay/sys/pidfd.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <set>

#include <gtest/gtest.h>

#include "nsplay/sys/files.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/namespaces.h"

#include "kernel/threads.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

class Pidfd : public LeakCheck {};

TEST_F(Pidfd, ExistsUntilTheProcessIsReaped) {
  ChildInNamespaces target(KindSet{});
  const auto pidfd = sys::Pidfd::open(target.pid());
  ASSERT_TRUE(pidfd) << pidfd.error().message();
  EXPECT_EQ(pidfd->pid(), target.pid());
  EXPECT_TRUE(pidfd->exists());
  target.kill_without_reaping();
  EXPECT_TRUE(pidfd->exists()) << "a zombie has its number still";
  target.end();
  EXPECT_FALSE(pidfd->exists());
}

TEST_F(Pidfd, SendsSignalsAndSaysWhenNobodyIsThere) {
  ChildInNamespaces target(KindSet{});
  const auto pidfd = sys::Pidfd::open(target.pid());
  ASSERT_TRUE(pidfd);
  EXPECT_TRUE(pidfd->send_signal(SIGKILL));
  target.end();
  const auto sent = pidfd->send_signal(SIGKILL);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().errnum, ESRCH);
}

TEST_F(Pidfd, OfNobodyCannotBeOpened) {
  ChildInNamespaces target(KindSet{});
  const pid_t pid = target.pid();
  target.end();
  const auto pidfd = sys::Pidfd::open(pid);
  ASSERT_FALSE(pidfd);
  EXPECT_EQ(pidfd.error().errnum, ESRCH);
}

TEST_F(Pidfd, OfAThreadNeedsItsOwnWay) {
  const TargetWithThread target;
  EXPECT_FALSE(sys::Pidfd::open(target.thread()));
  const auto thread = sys::Pidfd::open_thread(target.thread());
  EXPECT_EQ(thread.has_value(), reason_without(pidfd_thread).empty());
  if (thread) {
    EXPECT_TRUE(thread->exists());
  }
}

TEST_F(Pidfd, HasAnInodeThatIsNeverUsedAgain) {
  const ChildInNamespaces first(KindSet{});
  const auto pidfd = sys::Pidfd::open(first.pid());
  ASSERT_TRUE(pidfd);
  const auto inode = pidfd->inode();
  ASSERT_TRUE(inode) << inode.error().message();
  EXPECT_EQ(inode->has_value(), reason_without(pidfd_inode).empty());
  if (*inode) {
    std::set<std::uint64_t> seen{**inode};
    for (int i = 0; i < 3; ++i) {
      const ChildInNamespaces next(KindSet{});
      EXPECT_TRUE(seen.insert(**sys::Pidfd::open(next.pid())->inode()).second);
    }
  }
}

TEST_F(Pidfd, LeadsToTheNamespacesOfTheProcess) {
  REQUIRE_KERNEL_FEATURE(pidfd_get_namespace);
  const ChildInNamespaces target(KindSet::all());
  const auto pidfd = sys::Pidfd::open(target.pid());
  ASSERT_TRUE(pidfd);
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    const auto fd = pidfd->get_namespace(info.pidfd_request, "the target's");
    ASSERT_TRUE(fd) << fd.error().message();
    EXPECT_EQ(sys::identity_of(*fd, "")->inode, namespace_inode(target.pid(), info.kind));
    const auto type = sys::namespace_type(*fd, "");
    ASSERT_TRUE(type);
    EXPECT_EQ(static_cast<std::uint64_t>(*type), info.clone_flag);
  }
}

TEST_F(Pidfd, OfAZombieLeadsToNoNamespace) {
  const ChildInNamespaces target({Kind::user});
  const auto pidfd = sys::Pidfd::open(target.pid());
  ASSERT_TRUE(pidfd);
  target.kill_without_reaping();
  const auto fd = pidfd->get_namespace(sys::abi::pidfd_get_user_namespace, "the target's");
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().errnum, reason_without(pidfd_get_namespace).empty() ? ESRCH : ENOTTY);
}

}  // namespace
}  // namespace nsplay::test
