// nsplay list --all-sources: each source has a namespace that only it can find, and whoever does
// not ask it does not find that.

#include <fcntl.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/keeper.h"
#include "kernel/listed.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class ListSources : public LeakCheck {};

ops::ListRequest everywhere() {
  return {.sources = ns::Sources::all};
}

ops::ListReport all_sources(KindSet kinds = KindSet::all()) {
  return list_of({.kinds = kinds, .sources = ns::Sources::all});
}

/// Whether so many descriptors are open on it, and nobody is in it.
bool has_descriptors(Kind kind, std::uint64_t inode, std::size_t count) {
  return lists_eventually(everywhere(), kind, inode, [&](const auto& entry) {
    return entry.processes == 0 && entry.descriptors == count;
  });
}

TEST_F(ListSources, FindWhatADescriptorKeeps) {
  Keeper keeper(Kind::uts, {}, &keep_by_descriptor);
  EXPECT_FALSE(has(list_of(), Kind::uts, keeper.inode()));
  EXPECT_TRUE(has_descriptors(Kind::uts, keeper.inode(), 1));
  EXPECT_TRUE(lists_eventually(everywhere(), Kind::uts, keeper.inode(), [&](const auto& entry) {
    return entry.process && entry.process->pid == keeper.process().pid();
  }));
  keeper.end();
  EXPECT_TRUE(lists_no_more(everywhere(), Kind::uts, keeper.inode()));
}

TEST_F(ListSources, CountTheDescriptorsOfANamespaceThatIsKnown) {
  const ChildInNamespaces target(with_privilege_for({Kind::net}));
  const std::string file = target.namespace_file(Kind::net);
  const ChildInNamespaces one({.inside = [&] {
    open_or_end(file);
    open_or_end(file);
  }});
  EXPECT_TRUE(lists_eventually({.kinds = {Kind::net}, .sources = ns::Sources::all},
                               Kind::net,
                               namespace_inode(target.pid(), Kind::net),
                               [&](const auto& entry) {
                                 return entry.processes == 1 && entry.descriptors == 2U &&
                                        entry.process && entry.process->pid == target.pid();
                               }));
}

TEST_F(ListSources, FindTheNetOfASocketThatIsElsewhere) {
  const SocketKeeper keeper;
  EXPECT_FALSE(has(list_of(), Kind::net, keeper.inode()));
  const auto entry = entry_of(all_sources(), Kind::net, keeper.inode());
  EXPECT_EQ(entry.sockets, 1U);
  EXPECT_TRUE(has_descriptors(Kind::net, keeper.inode(), 0));
  EXPECT_FALSE(has(all_sources({Kind::uts}), Kind::net, keeper.inode()));
}

/// L12: a socket of the process's own network namespace is nothing that keeps another one.
TEST_F(ListSources, L12CountNoSocketThatIsAtHome) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({Kind::net}), .inside = [] { open_socket_or_end(); }});
  const auto entry = entry_of(all_sources(), Kind::net, namespace_inode(target.pid(), Kind::net));
  EXPECT_EQ(entry.sockets, 0U);
}

TEST_F(ListSources, L4FindWhatIsMountedElsewhere) {
  const TemporaryDirectory directory;
  Keeper keeper(
      Kind::uts, with_privilege_for({Kind::mnt}), keep_by_mount(directory.path(), "kept"));
  EXPECT_FALSE(has(list_of(), Kind::uts, keeper.inode()));
  const auto entry = entry_of(all_sources(), Kind::uts, keeper.inode());
  EXPECT_EQ(entry.processes, 0U);
  EXPECT_THAT(entry.mounts, IsEmpty());
  ASSERT_THAT(entry.mounts_elsewhere,
              ElementsAre(Field(&ops::MountElsewhere::path, directory.path() + "/kept")));
  EXPECT_EQ(entry.mounts_elsewhere.front().where.inode,
            namespace_inode(keeper.process().pid(), Kind::mnt));
  keeper.end();
  EXPECT_TRUE(lists_no_more(everywhere(), Kind::uts, keeper.inode()));
}

/// The path is asked in the other mount namespace: here a link of this name leads elsewhere.
TEST_F(ListSources, FollowNoLinkOfTheirsOutOfTheirRoot) {
  const TemporaryDirectory directory;
  const Keeper keeper(
      Kind::uts, with_privilege_for({Kind::mnt}), keep_by_mount(directory.path(), "a\n\x1b[31mb"));
  const auto entry = entry_of(all_sources(), Kind::uts, keeper.inode());
  ASSERT_THAT(entry.mounts_elsewhere,
              ElementsAre(Field(&ops::MountElsewhere::path, directory.path() + "/a\n\x1b[31mb")));
}

/// No process is in the mount namespace, which only a descriptor keeps.
TEST_F(ListSources, FindWhatIsMountedWhereNoProcessIsByRoot) {
  REQUIRE_ROOT();
  const TemporaryDirectory directory;
  Keeper keeper(Kind::uts, {Kind::mnt}, keep_by_mount(directory.path(), "kept"));
  const std::string file = keeper.process().namespace_file(Kind::mnt);
  const std::uint64_t where = namespace_inode(keeper.process().pid(), Kind::mnt);
  const ChildInNamespaces holder({.inside = [&] { open_or_end(file); }});
  keeper.end();
  EXPECT_FALSE(has(list_of(), Kind::mnt, where));
  const auto report = all_sources();
  EXPECT_TRUE(has_descriptors(Kind::mnt, where, 1));
  const auto entry = entry_of(report, Kind::uts, keeper.inode());
  ASSERT_THAT(entry.mounts_elsewhere,
              ElementsAre(Field(&ops::MountElsewhere::path, directory.path() + "/kept")));
  EXPECT_EQ(entry.mounts_elsewhere.front().where.inode, where);
}

/// L13: nothing that can be looked at names it, and its owner is nobody else's; the kernel leads to
/// it.
TEST_F(ListSources, L13FindAMountNamespaceThatNobodyNamesByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(next_mount_namespace);
  const Keeper keeper(Kind::mnt, {}, &keep_by_message);
  EXPECT_FALSE(has(list_of(), Kind::mnt, keeper.inode()));
  EXPECT_TRUE(has_descriptors(Kind::mnt, keeper.inode(), 0));
}

TEST_F(ListSources, L13FindTheOwnerOfAMountNamespaceThatNobodyNamesByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(next_mount_namespace);
  ChildInNamespaces target({Kind::user, Kind::mnt});
  const std::uint64_t owner = namespace_inode(target.pid(), Kind::user);
  const std::uint64_t inode = namespace_inode(target.pid(), Kind::mnt);
  sys::UniqueFd held(::open(target.namespace_file(Kind::mnt).c_str(), O_RDONLY | O_CLOEXEC));
  ChildInNamespaces keeper({.inside = [&] {
    keep_by_message(held.get());
    held.reset();
  }});
  held.reset();
  target.end();
  EXPECT_TRUE(lists_no_more({}, Kind::user, owner));
  EXPECT_TRUE(lists_eventually(everywhere(), Kind::user, owner, [](const auto& entry) {
    return entry.processes == 0 && entry.descriptors == 0U;
  }));
  const auto entry = entry_of(all_sources(), Kind::mnt, inode);
  ASSERT_TRUE(entry.owner);
  EXPECT_EQ(entry.owner->inode, owner);
  keeper.end();
  EXPECT_TRUE(lists_no_more(everywhere(), Kind::user, owner));
}

TEST_F(ListSources, SayHowFarTheyAre) {
  std::size_t done = 0;
  std::size_t all = 0;
  ASSERT_TRUE(ops::list({.sources = ns::Sources::all, .on_progress = [&](auto now, auto total) {
                           EXPECT_GT(now, done);
                           done = now;
                           all = total;
                         }}));
  EXPECT_GT(all, 0U);
  EXPECT_LE(done, all);
}

/// Without the calls that newer kernels have.
TEST_F(ListSources, AreTheSameByLinks) {
  const Keeper descriptor(Kind::uts, {}, &keep_by_descriptor);
  const SocketKeeper socket;
  const TemporaryDirectory directory;
  const Keeper mount(
      Kind::ipc, with_privilege_for({Kind::mnt}), keep_by_mount(directory.path(), "kept"));
  EXPECT_TRUE(passed(in_child([&] {
    deny_pidfd_ioctls();
    deny_namespace_ids();
    const auto report = all_sources();
    EXPECT_TRUE(has_descriptors(Kind::uts, descriptor.inode(), 1));
    EXPECT_EQ(entry_of(report, Kind::net, socket.inode()).sockets, 1U);
    EXPECT_EQ(entry_of(report, Kind::ipc, mount.inode()).mounts_elsewhere.size(), 1U);
  })));
}

/// Whoever may look at nothing of root's still sees what is his own.
TEST_F(ListSources, OfAnOrdinaryUserAreThoseOfHisProcessesByRoot) {
  REQUIRE_ROOT();
  const Keeper of_root(Kind::uts, {}, &keep_by_descriptor);
  EXPECT_TRUE(passed(in_child([&] {
    become_ordinary_user();
    const Keeper own(Kind::uts, {}, &keep_by_descriptor);
    const auto report = all_sources();
    EXPECT_TRUE(has_descriptors(Kind::uts, own.inode(), 1));
    EXPECT_FALSE(has(report, Kind::uts, of_root.inode()));
    EXPECT_GT(report.unreadable_processes, 0U);
  })));
}

}  // namespace
}  // namespace nsplay::test
