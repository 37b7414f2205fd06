// ns::OwnNamespaces and the namespaces of a pinned process.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "nsplay/ns/process_namespaces.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/target.h"

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

class OwnNamespaces : public LeakCheck {};

void expect_own_links() {
  const auto own = ns::OwnNamespaces::read();
  ASSERT_TRUE(own) << own.error().message();
  EXPECT_EQ(own->known(), KindSet::all());
  for (const ns::KindInfo& info : ns::all_kinds()) {
    ASSERT_TRUE(own->of(info.kind));
    EXPECT_EQ(own->of(info.kind)->inode, namespace_inode(::getpid(), info.kind)) << info.name;
  }
}

TEST_F(OwnNamespaces, AreThoseOfTheCaller) {
  expect_own_links();
}

TEST_F(OwnNamespaces, AreThoseAfterAMoveToo) {
  const FrontOutcome outcome = in_child([] {
    if (::geteuid() != 0) {
      enter_user_namespace(caller_as_root());
    }
    unshare_or_end({Kind::uts, Kind::ipc});
    expect_own_links();
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(OwnNamespaces, ContainOnesOwnAndNoOthers) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const auto own = ns::OwnNamespaces::read();
  const auto process = procfs::pin_process(target.pid());
  ASSERT_TRUE(own && process);
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const auto handle = ns::open_namespace(*process, info.kind);
    ASSERT_TRUE(handle) << handle.error().message();
    EXPECT_EQ(own->contain(*handle), !with_privilege_for({Kind::uts}).contains(info.kind))
        << info.name;
  }
}

class ProcessNamespaces : public LeakCheck {};

void expect_namespaces_of(const ChildInNamespaces& target) {
  const auto process = procfs::pin_process(target.pid());
  ASSERT_TRUE(process) << process.error().message();
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const auto handle = ns::open_namespace(*process, info.kind);
    ASSERT_TRUE(handle) << handle.error().message();
    EXPECT_EQ(handle->name(), namespace_link(target.pid(), info.kind));
    EXPECT_EQ(handle->kind(), info.kind);
  }
}

TEST_F(ProcessNamespaces, AreTheSameOnEveryWayThere) {
  const ChildInNamespaces target(KindSet::all());
  expect_namespaces_of(target);
  const FrontOutcome outcome = in_child([&] {
    deny_pidfd_ioctls();
    expect_namespaces_of(target);
    deny_syscall(SYS_pidfd_open, ENOSYS);
    expect_namespaces_of(target);
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(ProcessNamespaces, OfAProcessThatIsNotOnesOwnAreRefused) {
  const ChildInNamespaces child(KindSet{});
  const auto found = process_of_another_user(child.pid());
  if (!found) {
    GTEST_SKIP() << "no process of another user is visible here";
  }
  const FrontOutcome outcome = in_child([pid = *found] {
    become_ordinary_user();
    const auto process = procfs::pin_process(pid);
    ASSERT_TRUE(process) << process.error().message();
    const auto handle = ns::open_namespace(*process, Kind::net);
    ASSERT_FALSE(handle);
    EXPECT_EQ(handle.error().errnum, EACCES);
  });
  EXPECT_TRUE(passed(outcome));
}

class Resolve : public LeakCheck {};

TEST_F(Resolve, PinsTheProcessAndHoldsTheNamespace) {
  ChildInNamespaces target({Kind::user});
  const auto process = target::resolve(target.expression());
  const auto file = target::resolve(target.namespace_file(Kind::user));
  ASSERT_TRUE(process && file);
  const std::string link = namespace_link(target.pid(), Kind::user);
  target.end();
  EXPECT_FALSE(procfs::still_exists(std::get<procfs::PinnedProcess>(process->subject)));
  EXPECT_EQ(std::get<ns::NamespaceHandle>(file->subject).name(), link);
}

}  // namespace
}  // namespace nsplay::test
