// `nsplay holders` as it is called, and what it shows on a terminal and elsewhere.

#include <unistd.h>

#include <string>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/processes.h"
#include "support/pty.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using HoldersAtTerminal = CliTest;
using HoldersCommand = CliTest;
using testing::HasSubstr;
using testing::Not;

TEST_F(HoldersCommand, SaysThatThereIsNoSuchTarget) {
  for (const std::string target :
       {"4194303", "net:[4095]", "no-such-play", "netns:no-such-netns", "/nonexistent/ns"}) {
    SCOPED_TRACE(target);
    const RunResult plain = run_nsplay({"holders", target});
    EXPECT_EQ(plain.status, 1);
    EXPECT_EQ(plain.out, "");
    EXPECT_THAT(plain.err, testing::StartsWith("nsplay: cannot find what holds " + target + ": "));
    const RunResult result = run_nsplay({"holders", target, "--json"});
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(failure_document(result).at("namespaces").is_null());
  }
}

/// Whoever has started it has not waited for it.
TEST_F(HoldersCommand, ShowsAZombieAndItsParent) {
  const ChildInNamespaces target({ns::Kind::user});
  const std::string user = "user:" + std::to_string(namespace_inode(target.pid(), ns::Kind::user));
  target.kill_without_reaping();
  EXPECT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "Z"; }));
  const RunResult result = run_nsplay({"holders", user});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(result.out, HasSubstr(target.expression() + " (zombie)"));
  EXPECT_THAT(result.out, HasSubstr("kill " + std::to_string(::getpid()) + " "));
}

/// What a terminal of 80 columns shows.
std::string holders_at_terminal(const Words& arguments) {
  Words words = {"holders"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Pty pty;
  pty.resize(24, 80);
  Subprocess nsplay = pty.start(nsplay_words(words));
  std::string text = pty.screen().read_rest();
  EXPECT_EQ(nsplay.wait(), 0) << text;
  return text;
}

TEST_F(HoldersAtTerminal, LinesAreCutToItsWidthByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({ns::Kind::uts});
  const MountedNamespace mounted(target.pid(), ns::Kind::uts, std::string(100, 'a'));
  const std::string shown = holders_at_terminal({target.expression(), "--uts"});
  EXPECT_THAT(shown, HasSubstr("a\u2026 "));
  EXPECT_THAT(shown, HasSubstr("\u2026\n"));
  EXPECT_THAT(shown, Not(HasSubstr(mounted.path())));
  const std::string whole = "umount " + mounted.path() + "\n";
  EXPECT_THAT(holders_at_terminal({target.expression(), "--uts", "--notruncate"}),
              HasSubstr(whole));
  EXPECT_THAT(run_nsplay({"holders", target.expression(), "--uts"}).out, HasSubstr(whole));
}

}  // namespace
}  // namespace nsplay::test
