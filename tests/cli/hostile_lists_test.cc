// What list, tree and holders show of processes and mounts that want to command the terminal.

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cli_test.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/pty.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using HostileLists = CliTest;
using ns::Kind;
using testing::HasSubstr;
using testing::Not;

/// Clears the screen, ends the line, and is no UTF-8: 15 bytes, as many as a process's name has.
constexpr std::string_view nasty_name = "\x1b[2Jx\ny\xff\xc2\x9b m";
constexpr const char* escaped_name = R"([\x1b[2Jx\ny\xff\xc2\x9b m])";

/// The same with a window title, in arguments.
constexpr std::string_view nasty_argument = "\x1b]0;pwned\x07\x1b[2Jx\ny\xff\xc2\x9b m";
constexpr const char* escaped_argument = R"(\x1b]0;pwned\x07\x1b[2Jx\ny\xff\xc2\x9b m)";

/// And as a file.
constexpr std::string_view nasty_file = "a \x1b[2Jx\ny\xff\xc2\x9b m";
constexpr const char* escaped_file = R"(/a \x1b[2Jx\ny\xff\xc2\x9b m)";

/// A process without a command line, so that its name is shown.
TargetOptions with_nasty_name() {
  return {.kinds = with_privilege_for({Kind::uts}), .inside = [] {
            must(::prctl(PR_SET_NAME, std::string(nasty_name).c_str()) == 0, "PR_SET_NAME");
            const std::size_t size = read_process_file(::getpid(), "cmdline").size();
            std::memset(program_invocation_name, 0, size);
          }};
}

/// All ways to show a process that is in this uts namespace.
std::vector<Words> ways_to_show(const std::string& pid, const std::string& uts) {
  return {{"list"},
          {"list", "--output-all"},
          {"list", "-t", "uts", "-o", "NS,COMMAND"},
          {"list", "-p", pid},
          {"list", uts},
          {"list", "--output-all", uts},
          {"tree"},
          {"tree", pid},
          {"tree", "--by", "parent"},
          {"tree", "--by", "process"},
          {"holders", uts}};
}

/// What a terminal gets that is wide enough for every line.
std::string at_wide_terminal(const Words& arguments) {
  Pty pty;
  pty.resize(24, 2000);
  Subprocess nsplay = pty.start(nsplay_words(arguments), {.environment = {{"LC_ALL", "C"}}});
  std::string text = pty.screen().read_rest();
  nsplay.wait();
  return text;
}

/// Each shows the text of others, and what it may do to a terminal it does not.
void expect_harmless(const std::vector<Words>& ways, const std::string& escaped) {
  for (const Words& words : ways) {
    SCOPED_TRACE(testing::PrintToString(words));
    const RunResult result = run_nsplay(words);
    EXPECT_EQ(result.status, 0) << result;
    EXPECT_THAT(result.out, HasSubstr(escaped));
    EXPECT_THAT(result.out, Not(HasSubstr("x\ny")));
    EXPECT_TRUE(is_harmless(result.out));
    EXPECT_TRUE(is_harmless(result.err));
    EXPECT_TRUE(is_harmless(at_wide_terminal(words)));
  }
}

TEST_F(HostileLists, NameOfAProcessIsEscaped) {
  const ChildInNamespaces target(with_nasty_name());
  ASSERT_EQ(read_process_file(target.pid(), "comm"), std::string(nasty_name) + "\n");
  const auto ways = ways_to_show(target.expression(), namespace_link(target.pid(), Kind::uts));
  expect_harmless(ways, escaped_name);
}

TEST_F(HostileLists, ArgumentsOfAProcessAreEscaped) {
  const Subprocess child =
      create_detached({"--uts", "--", "sh", "-c", "kill -STOP $$", std::string(nasty_argument)});
  const std::string uts = namespace_link(child.pid(), Kind::uts);
  expect_harmless(ways_to_show(std::to_string(child.pid()), uts), escaped_argument);
}

TEST_F(HostileLists, RawOnesHaveOneLinePerRow) {
  const ChildInNamespaces target(with_nasty_name());
  const RunResult result = run_nsplay({"list", "-r", "-n", "-o", "COMMAND,NS"});
  const std::string inode = std::to_string(namespace_inode(target.pid(), Kind::uts));
  EXPECT_THAT(result.out, HasSubstr("[\\x1b[2Jx\\x0ay\\xff\\xc2\\x9b\\x20m] " + inode + "\n"));
  EXPECT_TRUE(is_harmless(result.out));
}

TEST_F(HostileLists, FileOfANamespaceIsEscapedByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::uts});
  const MountedNamespace mounted(target.pid(), Kind::uts, std::string(nasty_file));
  // Its mount namespace has a copy of the mount.
  const ChildInNamespaces elsewhere({Kind::mnt});
  const std::string there = namespace_link(elsewhere.pid(), Kind::mnt);
  expect_harmless({{"list", "-o", "NS,NSFS"},
                   {"list", "-o", "+MOUNTS,NSFS"},
                   {"holders", namespace_link(target.pid(), Kind::uts)}},
                  escaped_file);
  expect_harmless({{"list", "--all-sources", "-t", "uts", "-o", "NS,MOUNTS"},
                   {"holders", namespace_link(target.pid(), Kind::uts)}},
                  escaped_file + (" in " + there));
}

/// The negative control.
TEST_F(HostileLists, WouldBeNoticed) {
  for (const std::string_view evil : {nasty_name, nasty_argument, nasty_file}) {
    EXPECT_FALSE(is_harmless(evil));
    EXPECT_THAT(std::string(evil), HasSubstr("x\ny"));
  }
}

}  // namespace
}  // namespace nsplay::test
