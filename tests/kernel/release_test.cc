// What nsplay holders tells to type is typed into a shell here, and the holder lets go.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ops/holders.h"

#include "kernel/keeper.h"
#include "kernel/threads.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/run_nsplay.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::HolderType;
using ns::Kind;

class Release : public LeakCheck {};

/// The one of this type of a namespace; its command is empty when there is none.
ops::NamespaceHolder holder_by_type(Kind kind, std::uint64_t inode, HolderType type) {
  const auto report = ops::find_holders({.target = ns::format_namespace(kind, inode)});
  if (!report) {
    return {};
  }
  for (const auto& holder : report->namespaces.at(0).holders) {
    if (holder.holder.type == type) {
      return holder;
    }
  }
  return {};
}

/// With nsplay's own directory first in PATH. The shell is the one that /bin/sh is, as dash.
int type_into(const std::string& shell, const std::string& command) {
  const std::string directory = std::filesystem::path(nsplay_path()).parent_path().string();
  RunOptions options;
  options.environment = {{"PATH", directory + ":/usr/sbin:/usr/bin:/sbin:/bin"}};
  return Subprocess({shell, "-c", command}, options, {}).wait();
}

/// The command, typed: what it was of holds the namespace no more.
std::string release_holder(Kind kind, std::uint64_t inode, HolderType type) {
  const auto holder = holder_by_type(kind, inode, type);
  EXPECT_NE(holder.release, "") << "there is no holder to be released";
  EXPECT_EQ(type_into("/bin/sh", holder.release), 0) << holder.release;
  EXPECT_TRUE(eventually([&] { return holder_by_type(kind, inode, type).release.empty(); }))
      << holder.release;
  return holder.release;
}

std::string release_process(const ChildInNamespaces& target) {
  return release_holder(Kind::uts, namespace_inode(target.pid(), Kind::uts), HolderType::process);
}

/// The negative control: what does not come to it leaves it where it is.
void expect_to_survive_sigterm(const ChildInNamespaces& target) {
  const std::uint64_t inode = namespace_inode(target.pid(), Kind::uts);
  EXPECT_EQ(type_into("/bin/sh", "kill " + target.expression()), 0);
  EXPECT_NE(stat_field(target.pid(), 3), "Z");
  EXPECT_NE(holder_by_type(Kind::uts, inode, HolderType::process).release, "");
}

TEST_F(Release, OfAProcess) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  EXPECT_EQ(release_process(target), "kill " + target.expression());
}

TEST_F(Release, OfTheInitOfAPidNamespace) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts, Kind::pid}));
  expect_to_survive_sigterm(target);
  EXPECT_EQ(release_process(target), "kill -KILL " + target.expression());
}

TEST_F(Release, OfAnInitWithAHandlerOfSigterm) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({Kind::uts, Kind::pid}),
       .inside = [] { must(::signal(SIGTERM, [](int) { ::_exit(0); }) != SIG_ERR, "signal"); }});
  EXPECT_EQ(release_process(target), "kill " + target.expression());
}

/// As the test numbers it, and no init.
TEST_F(Release, OfAProcessInAnotherPidNamespace) {
  const ChildInNamespaces init(with_children(with_privilege_for({Kind::uts, Kind::pid}), 1));
  const auto report = ops::find_holders({.target = init.namespace_file(Kind::uts)});
  ASSERT_TRUE(report) << report.error().message();
  const auto& holders = report->namespaces.at(0).holders;
  const auto child = std::find_if(holders.begin(), holders.end(), [&](const auto& holder) {
    return holder.holder.type == HolderType::process && holder.holder.pid != init.pid();
  });
  ASSERT_NE(child, holders.end());
  EXPECT_EQ(child->release, "kill " + std::to_string(child->holder.pid));
  EXPECT_EQ(type_into("/bin/sh", child->release), 0);
  EXPECT_TRUE(eventually([&] {
    const std::string state = stat_field(child->holder.pid, 3);
    return state.empty() || state == "Z";
  }));
}

TEST_F(Release, OfAProcessThatIgnoresSigterm) {
  const ChildInNamespaces target({.kinds = with_privilege_for({Kind::uts}), .inside = [] {
                                    must(::signal(SIGTERM, SIG_IGN) != SIG_ERR, "signal");
                                  }});
  expect_to_survive_sigterm(target);
  EXPECT_EQ(release_process(target), "kill -KILL " + target.expression());
}

TEST_F(Release, OfAProcessThatBlocksSigterm) {
  const ChildInNamespaces target({.kinds = with_privilege_for({Kind::uts}), .inside = [] {
                                    sigset_t signals;
                                    sigemptyset(&signals);
                                    sigaddset(&signals, SIGTERM);
                                    must(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0,
                                         "block");
                                  }});
  expect_to_survive_sigterm(target);
  EXPECT_EQ(release_process(target), "kill -KILL " + target.expression());
}

TEST_F(Release, OfAStoppedProcess) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  must(::kill(target.pid(), SIGSTOP) == 0, "stop it");
  ASSERT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "T"; }));
  expect_to_survive_sigterm(target);
  EXPECT_EQ(release_process(target), "kill -KILL " + target.expression());
}

TEST_F(Release, OfAThread) {
  const TargetWithThread target;
  release_holder(Kind::uts, namespace_inode(target.thread(), Kind::uts), HolderType::thread);
}

TEST_F(Release, OfAFutureChild) {
  REQUIRE_KERNEL_FEATURE(time_namespaces);
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({}), .inside = [] { unshare_or_end({Kind::time}); }});
  struct stat future = {};
  must(::stat(("/proc/" + target.expression() + "/ns/time_for_children").c_str(), &future) == 0,
       "stat");
  release_holder(Kind::time, future.st_ino, HolderType::pending);
}

TEST_F(Release, OfADescriptor) {
  const Keeper keeper(Kind::uts, {}, &keep_by_descriptor);
  release_holder(Kind::uts, keeper.inode(), HolderType::descriptor);
}

TEST_F(Release, OfASocket) {
  const SocketKeeper keeper;
  release_holder(Kind::net, keeper.inode(), HolderType::socket);
}

/// A namespace that only a file of this name keeps, where the test is. What is left is unmounted.
class OwnBindMount {
 public:
  explicit OwnBindMount(const std::string& name) : path_(directory_.path() + "/" + name) {
    const ChildInNamespaces target({Kind::uts});
    inode_ = namespace_inode(target.pid(), Kind::uts);
    must(::mknod(path_.c_str(), S_IFREG | 0600, 0) == 0, "mknod");
    must(::mount(
             target.namespace_file(Kind::uts).c_str(), path_.c_str(), nullptr, MS_BIND, nullptr) ==
             0,
         "bind");
  }
  OwnBindMount(const OwnBindMount&) = delete;
  OwnBindMount& operator=(const OwnBindMount&) = delete;
  ~OwnBindMount() {
    static_cast<void>(::umount2(path_.c_str(), MNT_DETACH));
    static_cast<void>(::unlink(path_.c_str()));
  }

  [[nodiscard]] std::uint64_t inode() const { return inode_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  TemporaryDirectory directory_;
  std::string path_;
  std::uint64_t inode_ = 0;
};

TEST_F(Release, OfABindMountByRoot) {
  REQUIRE_ROOT();
  for (const char* name : {"ns", "a blank", R"(it's "$HOME" `id` \ *)", "\u00fc"}) {
    SCOPED_TRACE(name);
    const OwnBindMount mount(name);
    release_holder(Kind::uts, mount.inode(), HolderType::mount);
    EXPECT_NE(::umount2(mount.path().c_str(), MNT_DETACH), 0);
  }
}

/// No other shell of this machine's knows how to write these bytes.
TEST_F(Release, OfABindMountWithBytesOfATerminalIsForBashByRoot) {
  REQUIRE_ROOT();
  const OwnBindMount mount("\x1b[31m'\\\xff");
  const auto holder = holder_by_type(Kind::uts, mount.inode(), HolderType::mount);
  EXPECT_EQ(type_into("/usr/bin/bash", holder.release), 0) << holder.release;
  EXPECT_EQ(holder_by_type(Kind::uts, mount.inode(), HolderType::mount).release, "");
}

/// The namespace is mounted on a file of a file system that has nothing else and becomes the root
/// of all the mount namespace: there is no program, and no /proc.
Keep keep_in_empty_root(std::string directory, std::string file) {
  return [directory = std::move(directory), file = std::move(file)](int descriptor) {
    keep_by_mount(directory, file)(descriptor);
    must(::chdir(directory.c_str()) == 0, "chdir");
    must(::syscall(SYS_pivot_root, ".", ".") == 0, "pivot_root");
    must(::umount2(".", MNT_DETACH) == 0, "leave the old root");
  };
}

TEST_F(Release, OfABindMountInARootWithoutAnyProgram) {
  const TemporaryDirectory directory;
  const Keeper keeper(Kind::uts,
                      with_privilege_for({Kind::mnt}),
                      keep_in_empty_root(directory.path(), "it's there"));
  const std::string where =
      "mnt:" + std::to_string(namespace_inode(keeper.process().pid(), Kind::mnt));
  // The negative control: nothing can be executed there.
  EXPECT_EQ(
      type_into("/bin/sh",
                "nsplay join " + keeper.process().expression() + " -- umount \"/it's there\" 2>&-"),
      127);
  EXPECT_EQ(release_holder(Kind::uts, keeper.inode(), HolderType::mount),
            "nsplay stop --in " + where + " '/it'\\''s there'");
}

}  // namespace
}  // namespace nsplay::test
