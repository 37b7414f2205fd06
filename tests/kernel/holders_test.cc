// nsplay holders: what keeps a namespace alive.

#include "nsplay/ops/holders.h"

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/keeper.h"
#include "kernel/listed.h"
#include "kernel/threads.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::HolderType;
using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;
using testing::SizeIs;

class Holders : public LeakCheck {};

ops::HoldersReport holders_of(const std::string& target) {
  const auto report = ops::find_holders({.target = target});
  EXPECT_TRUE(report) << report.error().message();
  return report.value_or(ops::HoldersReport());
}

std::string number_of(Kind kind, std::uint64_t inode) {
  return ns::format_namespace(kind, inode);
}

/// Its only namespace; a failure of the test when there is not one.
ops::HeldNamespace only_one(const ops::HoldersReport& report) {
  EXPECT_THAT(report.namespaces, SizeIs(1));
  return report.namespaces.empty() ? ops::HeldNamespace() : report.namespaces.front();
}

/// That of a namespace with so many holders. Asks again until they are so many: a scan of another
/// process is one for a moment.
ops::HeldNamespace held_by(const std::string& target, std::size_t holders) {
  ops::HeldNamespace held;
  EXPECT_TRUE(eventually([&] {
    held = only_one(holders_of(target));
    return held.holders.size() == holders;
  })) << target;
  return held;
}

/// How many holders of this type there are.
std::ptrdiff_t count_of(const ops::HeldNamespace& held, HolderType type) {
  return std::count_if(held.holders.begin(), held.holders.end(), [&](const auto& holder) {
    return holder.holder.type == type;
  });
}

/// The first one of this type; a failure of the test when there is none.
ops::NamespaceHolder holder_of(const ops::HeldNamespace& held, HolderType type) {
  const auto found = std::find_if(held.holders.begin(),
                                  held.holders.end(),
                                  [&](const auto& holder) { return holder.holder.type == type; });
  EXPECT_NE(found, held.holders.end()) << static_cast<int>(type);
  return found == held.holders.end() ? ops::NamespaceHolder() : *found;
}

TEST_F(Holders, OfAProcessAreThoseOfItsOwnNamespaces) {
  const ChildInNamespaces target(with_children(with_privilege_for({Kind::uts, Kind::pid}), 1));
  const auto report = holders_of(target.expression());
  for (const ops::HeldNamespace& held : report.namespaces) {
    EXPECT_EQ(count_of(held, HolderType::process), 2) << ns::name_of(held.ref.kind);
    const auto first = holder_of(held, HolderType::process);
    EXPECT_EQ(first.holder.pid, target.pid());
    EXPECT_EQ(first.release, "kill -KILL " + target.expression());
    ASSERT_TRUE(first.process);
    EXPECT_THAT(first.process->command.value_or(""), HasSubstr("kernel_tests"));
  }
  EXPECT_THAT(report.namespaces, SizeIs(::geteuid() == 0 ? 2 : 3));
}

TEST_F(Holders, OfAProcessCanBeChosenByKind) {
  const ChildInNamespaces target(KindSet::all());
  const auto report =
      ops::find_holders({.target = target.expression(), .kinds = KindSet{Kind::ipc}});
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(only_one(*report).ref.inode, namespace_inode(target.pid(), Kind::ipc));
}

TEST_F(Holders, OfAProcessCanBeThoseOfEveryKind) {
  const ChildInNamespaces target(KindSet::all());
  for (void (*deny)() : {+[] {}, &deny_pidfd_ioctls}) {
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      const auto report =
          ops::find_holders({.target = target.expression(), .kinds = KindSet::all()});
      ASSERT_TRUE(report) << report.error().message();
      ASSERT_THAT(report->namespaces, SizeIs(ns::kind_count));
      for (const ops::HeldNamespace& held : report->namespaces) {
        EXPECT_EQ(holder_of(held, HolderType::process).holder.pid, target.pid());
      }
    })));
  }
}

TEST_F(Holders, OfAZombieAreThoseOfWhatItStillHas) {
  ChildInNamespaces target(KindSet::all());
  const std::uint64_t user = namespace_inode(target.pid(), Kind::user);
  target.kill_without_reaping();
  ASSERT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "Z"; }));
  const auto report = holders_of(target.expression());
  EXPECT_TRUE(std::any_of(report.namespaces.begin(),
                          report.namespaces.end(),
                          [&](const auto& held) { return held.ref.inode == user; }));
}

TEST_F(Holders, ThatThisProcessComesFromAreNotToBeKilled) {
  const auto report = ops::find_holders({.target = "self", .kinds = KindSet{Kind::uts}});
  ASSERT_TRUE(report) << report.error().message();
  for (const auto& holder : only_one(*report).holders) {
    const bool is_own = holder.holder.pid == ::getpid() || holder.holder.pid == ::getppid();
    EXPECT_EQ(is_own && !holder.release.empty(), false) << holder.holder.pid;
  }
}

TEST_F(Holders, AreThreads) {
  const TargetWithThread target;
  const std::uint64_t inode = namespace_inode(target.thread(), Kind::uts);
  for (void (*deny)() : {+[] {}, &deny_pidfd_ioctls}) {
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      const auto held = held_by(number_of(Kind::uts, inode), 1);
      const auto thread = holder_of(held, HolderType::thread);
      EXPECT_EQ(thread.holder.pid, target.process().pid());
      EXPECT_EQ(thread.holder.tid, target.thread());
      EXPECT_EQ(thread.release, "kill " + target.process().expression());
    })));
  }
}

TEST_F(Holders, AreFutureChildren) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({}), .inside = [] { unshare_or_end({Kind::time}); }});
  const std::string pending = read_process_link(target.pid(), "ns/time_for_children");
  const auto held = held_by(pending, 1);
  EXPECT_EQ(holder_of(held, HolderType::pending).holder.pid, target.pid());
}

TEST_F(Holders, AreDescriptors) {
  const Keeper keeper(Kind::uts, {}, &keep_by_descriptor);
  const auto held = held_by(number_of(Kind::uts, keeper.inode()), 1);
  const auto descriptor = holder_of(held, HolderType::descriptor);
  EXPECT_EQ(descriptor.holder.pid, keeper.process().pid());
  const auto open = descriptors_of(keeper.process().pid());
  const auto found = open.find(descriptor.holder.descriptor);
  ASSERT_NE(found, open.end());
  EXPECT_EQ(found->second, number_of(Kind::uts, keeper.inode()));
}

TEST_F(Holders, AreSockets) {
  const SocketKeeper keeper;
  const auto held = held_by(number_of(Kind::net, keeper.inode()), 1);
  const auto socket = holder_of(held, HolderType::socket);
  EXPECT_EQ(socket.holder.pid, keeper.process().pid());
  EXPECT_THAT(descriptors_of(keeper.process().pid())[socket.holder.descriptor],
              HasSubstr("socket:["));
}

TEST_F(Holders, AreMountsElsewhere) {
  const TemporaryDirectory directory;
  const Keeper keeper(
      Kind::uts, with_privilege_for({Kind::mnt}), keep_by_mount(directory.path(), "it's"));
  const auto held = held_by(number_of(Kind::uts, keeper.inode()), 1);
  const auto mount = holder_of(held, HolderType::mount);
  EXPECT_EQ(mount.holder.path, directory.path() + "/it's");
  ASSERT_TRUE(mount.relative);
  const std::uint64_t where = namespace_inode(keeper.process().pid(), Kind::mnt);
  EXPECT_EQ(mount.relative->inode, where);
  EXPECT_EQ(
      mount.release,
      "nsplay stop --in mnt:" + std::to_string(where) + " '" + directory.path() + "/it'\\''s'");
}

TEST_F(Holders, OfAUserNamespaceAreItsChildrenAndWhatItOwns) {
  // The outer one is left for an inner one, and owns a uts namespace.
  std::uint64_t outer = 0;
  const PipeEnds pipe = open_pipe();
  const ChildInNamespaces target(
      {.kinds = {Kind::user, Kind::uts}, .inside = [&] {
         const auto inode = namespace_inode(::getpid(), Kind::user);
         must(::write(pipe.write_end.get(), &inode, sizeof inode) == sizeof inode, "write");
         enter_user_namespace(caller_as_root());
       }});
  must(::read(pipe.read_end.get(), &outer, sizeof outer) == sizeof outer, "read");
  const auto held = held_by(number_of(Kind::user, outer), 2);
  const auto child = holder_of(held, HolderType::child);
  ASSERT_TRUE(child.relative);
  EXPECT_EQ(child.relative->inode, namespace_inode(target.pid(), Kind::user));
  const auto owned = holder_of(held, HolderType::owned);
  ASSERT_TRUE(owned.relative);
  EXPECT_EQ(owned.relative->inode, namespace_inode(target.pid(), Kind::uts));
  EXPECT_EQ(owned.release, "nsplay holders uts:" + std::to_string(owned.relative->inode));
}

/// Proved by its file handle, which keeps nothing alive.
TEST_F(Holders, ThatCannotBeSeenAreSaidToBeThereByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(namespace_file_handles);
  const Keeper keeper(Kind::mnt, {}, &keep_by_message);
  const auto held = held_by(number_of(Kind::mnt, keeper.inode()), 0);
  EXPECT_EQ(held.survival, ops::Survival::hidden);
}

/// What this process alone keeps, by a descriptor that it closes while it looks.
TEST_F(Holders, ThatAreGoneAreSaidToBeGoneByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(namespace_file_handles);
  EXPECT_TRUE(passed(in_child([] {
    EXPECT_TRUE(eventually([] {
      std::optional<Keeper> keeper(std::in_place, Kind::mnt, KindSet{}, &keep_by_message);
      const std::string target = number_of(Kind::mnt, keeper->inode());
      const auto report = ops::find_holders(
          {.target = target, .on_progress = [&](const auto&) { keeper.reset(); }});
      return report && only_one(*report).survival == ops::Survival::gone;
    }));
  })));
}

TEST_F(Holders, ThatTheKernelDoesNotTellAreUnknownByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(next_mount_namespace);
  const Keeper keeper(Kind::mnt, {}, &keep_by_message);
  EXPECT_TRUE(passed(in_child([&] {
    deny_syscall(SYS_name_to_handle_at, EOPNOTSUPP);
    const auto held = held_by(number_of(Kind::mnt, keeper.inode()), 0);
    EXPECT_EQ(held.survival, ops::Survival::unknown);
  })));
}

TEST_F(Holders, OfAProcessThatIsNowhereElseHaveToBeChosen) {
  const ChildInNamespaces target(KindSet{});
  const auto report = ops::find_holders({.target = target.expression()});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().trouble, Trouble::usage);
  EXPECT_THAT(report.error().hint, HasSubstr("--all"));
}

TEST_F(Holders, OfANamespaceThatIsNotThereAreAnError) {
  const auto report = ops::find_holders({.target = "net:[4095]"});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().trouble, Trouble::absent);
}

}  // namespace
}  // namespace nsplay::test
