// nsplay list --all-sources: each source has a namespace that only it can find, and whoever does
// not ask it does not find that.

#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/socket_inodes.h"

#include "kernel/keeper.h"
#include "kernel/listed.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/must.h"
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

/// At an address of the kernel's choice.
sys::UniqueFd bound_socket(int family, int type) {
  sys::UniqueFd socket(::socket(family, type | SOCK_CLOEXEC, 0));
  sockaddr_storage address = {};
  address.ss_family = static_cast<sa_family_t>(family);
  const socklen_t size = family == AF_UNIX      ? sizeof(sa_family_t)
                         : family == AF_NETLINK ? sizeof(sockaddr_nl)
                                                : sizeof address;
  must(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
  // Before Linux 6.7 the kernel does not list what is only bound.
  must(type != SOCK_STREAM || ::listen(socket.get(), 1) == 0, "listen");
  return socket;
}

std::uint64_t inode_of(const sys::UniqueFd& file) {
  struct stat status = {};
  must(::fstat(file.get(), &status) == 0, "fstat");
  return status.st_ino;
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

/// They need not be asked: the kernel lists those of the caller's network namespace.
TEST_F(ListSources, L12KnowTheSocketsOfTheCallersNetwork) {
  std::vector<sys::UniqueFd> sockets;
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    sockets.push_back(bound_socket(AF_INET, type));
    sockets.push_back(bound_socket(AF_INET6, type));
    sockets.push_back(bound_socket(AF_UNIX, type));
  }
  sockets.push_back(bound_socket(AF_NETLINK, SOCK_RAW));
  const auto known = sys::own_socket_inodes();
  EXPECT_TRUE(passed(in_child([&] {
    unshare_or_end(with_privilege_for({Kind::net}));
    const auto elsewhere = sys::own_socket_inodes();
    for (const sys::UniqueFd& socket : sockets) {
      EXPECT_FALSE(elsewhere.contains(inode_of(socket)));
    }
  })));
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    EXPECT_TRUE(known.contains(inode_of(sockets[i]))) << i;
  }
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

/// A mount that is held would be busy.
TEST_F(ListSources, DoNotHoldTheMountByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(namespace_file_handles);
  EXPECT_TRUE(passed(in_child([] {
    unshare_or_end({Kind::mnt});
    must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount");
    must(::mount("tmpfs", "/mnt", "tmpfs", 0, nullptr) == 0, "mount");
    std::uint64_t inode = 0;
    must(::mknod("/mnt/uts", S_IFREG | 0600, 0) == 0, "mknod");
    {
      const ChildInNamespaces target({Kind::uts});
      inode = namespace_inode(target.pid(), Kind::uts);
      must(
          ::mount(
              target.namespace_file(Kind::uts).c_str(), "/mnt/uts", nullptr, MS_BIND, nullptr) == 0,
          "mount");
    }
    const auto census = ns::take_census({});
    ASSERT_TRUE(census);
    EXPECT_TRUE(std::any_of(census->entries.begin(), census->entries.end(), [&](const auto& entry) {
      return entry.handle.identity().inode == inode;
    }));
    EXPECT_EQ(::umount2("/mnt/uts", 0), 0) << errno;
  })));
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
  std::map<std::string_view, std::size_t> last;
  ASSERT_TRUE(
      ops::list({.sources = ns::Sources::all, .on_progress = [&](const ns::Progress& progress) {
                   EXPECT_GT(progress.done, 0U);
                   EXPECT_LE(progress.done, progress.all);
                   last[progress.of_what] = progress.done;
                 }}));
  EXPECT_THAT(last,
              testing::UnorderedElementsAre(testing::Key("processes"), testing::Key("namespaces")));
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
