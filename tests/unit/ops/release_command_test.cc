#include "nsplay/ops/release_command.h"

#include <string>

#include <gtest/gtest.h>

namespace nsplay::test {
namespace {

using ns::HolderType;

ops::NamespaceHolder mount_on(const std::string& path) {
  ops::NamespaceHolder holder;
  holder.holder.type = HolderType::mount;
  holder.holder.path = path;
  return holder;
}

ops::NamespaceHolder held_by(HolderType type, pid_t pid, const std::string& command, pid_t parent) {
  ops::NamespaceHolder holder;
  holder.holder.type = type;
  holder.holder.pid = pid;
  holder.process = ops::ListedProcess{pid, parent, command, 0, "root"};
  return holder;
}

TEST(ReleaseCommand, OfAProcessKillsIt) {
  EXPECT_EQ(ops::release_command(held_by(HolderType::process, 4711, "sleep 1", 1)), "kill 4711");
  EXPECT_EQ(ops::release_command(held_by(HolderType::descriptor, 4711, "a", 1)), "kill 4711");
}

TEST(ReleaseCommand, OfAProcessThatSigtermDoesNotEndIsSigkill) {
  ops::NamespaceHolder holder = held_by(HolderType::descriptor, 4711, "a", 1);
  holder.process->ending_signal = ops::EndingSignal::kill;
  EXPECT_EQ(ops::release_command(holder), "kill -KILL 4711");
}

TEST(ReleaseCommand, OfAThreadOfTheKernelIsNone) {
  EXPECT_EQ(ops::release_command(held_by(HolderType::process, 2, "[kthreadd]", 0)), "");
  EXPECT_EQ(ops::release_command(held_by(HolderType::process, 31, "[kworker/0:1]", 2)), "");
  // A process that only calls itself so.
  EXPECT_EQ(ops::release_command(held_by(HolderType::process, 31, "[kworker/0:1]", 1)), "kill 31");
}

TEST(ReleaseCommand, OfAMountIsSafeInAShell) {
  EXPECT_EQ(ops::release_command(mount_on("/run/netns/blue")), "umount /run/netns/blue");
  EXPECT_EQ(ops::release_command(mount_on("/a b;$(id)'\n\x1b")),
            "umount $'/a b;$(id)\\x27\\x0a\\x1b'");
  EXPECT_EQ(ops::release_command(mount_on("/it's")), "umount '/it'\\''s'");
}

TEST(ReleaseCommand, OfAMountElsewhereGoesThere) {
  ops::NamespaceHolder holder = mount_on("/run/blue");
  holder.relative = ns::NamespaceRef{ns::Kind::mnt, 4026532178, {}};
  EXPECT_EQ(ops::release_command(holder), "nsplay stop --in mnt:4026532178 /run/blue");
}

TEST(ReleaseCommand, OfANamespaceLooksForItsHolders) {
  ops::NamespaceHolder holder;
  holder.holder.type = HolderType::owned;
  holder.relative = ns::NamespaceRef{ns::Kind::uts, 4026532178, {}};
  EXPECT_EQ(ops::release_command(holder), "nsplay holders uts:4026532178");
}

}  // namespace
}  // namespace nsplay::test
