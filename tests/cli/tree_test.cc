// `nsplay tree` as it is called, and what it shows on a terminal and elsewhere.

#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/pty.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using TreeAtTerminal = CliTest;
using TreeCommand = CliTest;
using TreeUsage = CliTest;

Words tree_words(const Words& options) {
  Words words = {"tree"};
  words.insert(words.end(), options.begin(), options.end());
  return words;
}

RunOptions with_locale(const std::string& locale) {
  return {.environment = {{"LC_ALL", locale}}};
}

/// What a terminal of 80 columns shows.
/// The progress line, which a busy machine shows, is erased before the first line ends.
std::string without_progress(const std::string& text) {
  const std::string_view erased = "\r\x1b[K";
  const auto last = text.substr(0, text.find('\n')).rfind(erased);
  return last == std::string::npos ? text : text.substr(last + erased.size());
}

std::string tree_at_terminal(const Words& options, const std::string& locale = "C.UTF-8") {
  Pty pty;
  pty.resize(24, 80);
  Subprocess nsplay = pty.start(nsplay_words(tree_words(options)), with_locale(locale));
  const std::string text = pty.screen().read_rest();
  EXPECT_EQ(nsplay.wait(), 0);
  return without_progress(text);
}

Json tree_json(const Words& options) {
  const RunResult result = run_nsplay(tree_words(options));
  EXPECT_EQ(result.status, 0) << result;
  return parse_json(result.out);
}

/// Every node of the trees.
std::vector<Json> all_nodes(const Json& document) {
  std::vector<Json> nodes(document.at("namespaces").begin(), document.at("namespaces").end());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Json children = nodes[i].at("children");
    nodes.insert(nodes.end(), children.begin(), children.end());
  }
  return nodes;
}

Json node_of(const Json& document, pid_t pid, Kind kind) {
  const auto nodes = all_nodes(document);
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const Json& node) {
    return node.at("inode") == namespace_inode(pid, kind);
  });
  return found == nodes.end() ? Json() : *found;
}

/// A process whose children are each in a uts namespace of its own.
TargetOptions with_uts_namespaces(int children) {
  return {.kinds = with_privilege_for({Kind::uts, Kind::pid}), .inside = [children] {
            for (int i = 0; i < children; ++i) {
              const pid_t pid = ::fork();
              must(pid >= 0, "fork");
              if (pid == 0) {
                for (;;) {
                  ::pause();
                }
              }
              unshare_or_end({Kind::uts});
            }
          }};
}

TEST_F(TreeUsage, MistakeIsNamed) {
  const struct {
    Words options;
    std::string error;
    std::string hint;
  } cases[] = {
      {{"--by", "ownr"}, "--by wants owner, parent or process, not 'ownr'", "mean 'owner'?"},
      {{"--by="}, "--by wants owner, parent or process, not ''", ""},
      {{"-t", "nett"}, "unknown type 'nett'", "did you mean 'net'?"},
      {{"-t", "net", "--by", "parent"}, "a namespace of type net has no parent", "--by owner"},
      {{"--jsn"}, "unknown option '--jsn'", "did you mean '--json'?"},
      {{"self", "1"}, "'1' is one word too many", "see 'nsplay tree --help'"},
  };
  for (const auto& [options, error, hint] : cases) {
    SCOPED_TRACE(testing::PrintToString(options));
    EXPECT_TRUE(fails_with(run_nsplay(tree_words(options)), {2, error, hint}));
  }
}

TEST_F(TreeUsage, HelpFitsIntoATerminalOf100Columns) {
  EXPECT_THAT(run_nsplay({"help", "tree"}).out, Not(testing::ContainsRegex("[^\n]{101}")));
}

TEST_F(TreeCommand, SaysThatThereIsNoSuchTarget) {
  for (const std::string target :
       {"4194303", "net:[4095]", "no-such-play", "netns:no-such-netns", "/nonexistent/ns"}) {
    SCOPED_TRACE(target);
    const RunResult plain = run_nsplay({"tree", target});
    EXPECT_EQ(plain.status, 1);
    EXPECT_EQ(plain.out, "");
    EXPECT_THAT(plain.err, StartsWith("nsplay: cannot show the tree of " + target + ": "));
    const RunResult result = run_nsplay({"tree", target, "--json"});
    EXPECT_EQ(result.status, 1);
    const Json document = failure_document(result);
    EXPECT_EQ(document.at("schema"), "nsplay.tree/1");
    EXPECT_EQ(document.at("target"), target);
    EXPECT_TRUE(document.at("namespaces").is_null());
  }
}

TEST_F(TreeCommand, HasAllMembersInJson) {
  const ChildInNamespaces target(with_children(KindSet::all(), 2));
  for (const std::string by : {"owner", "parent", "process"}) {
    SCOPED_TRACE(by);
    const Json document = tree_json({"--json", "--by", by});
    EXPECT_EQ(members_of(document),
              (Words{"schema", "by", "target", "namespaces", "lifted", "unreadable_processes"}));
    EXPECT_EQ(document.at("by"), by);
    for (const Json& node : all_nodes(document)) {
      expect_namespace(node);
    }
    const Json node = node_of(document, target.pid(), Kind::pid);
    ASSERT_TRUE(node.is_object());
    EXPECT_EQ(node.at("pid"), target.pid());
    EXPECT_EQ(node.at("processes"), 3);
    EXPECT_EQ(node.at("members").is_null(), by != "parent");
  }
}

TEST_F(TreeCommand, HasTheProcessesOfAPidNamespaceInJson) {
  const ChildInNamespaces target(with_children(KindSet::all(), 2));
  const Json document = tree_json({"-J", "--by", "parent", target.expression()});
  EXPECT_EQ(document.at("target"), target.expression());
  const Json members = node_of(document, target.pid(), Kind::pid).at("members");
  ASSERT_EQ(members.size(), 1U);
  EXPECT_EQ(members_of(members.front()),
            (Words{"pid", "ppid", "uid", "user", "command", "container"}));
  EXPECT_EQ(members.front().at("pid"), target.pid());
}

TEST_F(TreeCommand, IsWholeInAPipe) {
  const ChildInNamespaces target(with_uts_namespaces(12));
  const std::string by_pid = namespace_link(target.pid(), Kind::uts);
  const RunResult result = run_nsplay({"tree", "-t", "uts"}, with_locale("C"));
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr(by_pid));
  EXPECT_THAT(result.out, Not(HasSubstr(" more\n")));
  EXPECT_TRUE(std::all_of(result.out.begin(), result.out.end(), [](char byte) {
    return static_cast<unsigned char>(byte) < 0x80;
  }));
}

TEST_F(TreeCommand, TellsHowManyProcessesItCouldNotLookAtByRoot) {
  REQUIRE_ROOT();
  const RunResult result = run_nsplay({"tree"}, {.as = RunAs::nobody});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, StartsWith("nsplay: note: processes that you may not look at"));
}

TEST_F(TreeCommand, FailsOnAFullDisk) {
  EXPECT_EQ(run_nsplay({"tree", "self"}, {.prepare = &write_to_full_disk}).status, 2);
}

TEST_F(TreeCommand, IsHarmlessWhateverAProcessCallsItself) {
  const std::string evil = "\x1b]0;pwned\x07\x1b[2J\nnsplay: ok\xff\xc2\x9b";
  const Subprocess child = create_detached({"--uts", "--", "sh", "-c", "kill -STOP $$", evil});
  const std::string pid = std::to_string(child.pid());
  for (const std::string by : {"owner", "parent", "process"}) {
    SCOPED_TRACE(by);
    const RunResult result = run_nsplay({"tree", "--by", by, pid});
    EXPECT_TRUE(is_harmless(result.out));
    EXPECT_THAT(by + result.out, testing::AnyOf(HasSubstr("\\x1b]0;pwned"), StartsWith("parent")));
    EXPECT_TRUE(is_harmless(tree_at_terminal({"--by", by, "-u"})));
    EXPECT_TRUE(is_harmless(run_nsplay({"tree", "--by", by, "-J"}).out));
  }
  const RunResult by_parent = run_nsplay({"tree", "--by", "parent", pid});
  EXPECT_THAT(by_parent.out, HasSubstr("process"));
}

TEST_F(TreeAtTerminal, IsDrawnAsTheLocaleAllows) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  for (const std::string locale : {"C.UTF-8", "de_DE.utf8", "en_US.UTF8@euro"}) {
    EXPECT_THAT(tree_at_terminal({target.expression()}, locale), HasSubstr("\u251c\u2500"));
  }
  for (const std::string locale : {"C", "POSIX", "de_DE", "de_DE.ISO-8859-1", "UTF-8"}) {
    EXPECT_THAT(tree_at_terminal({target.expression()}, locale), HasSubstr("\n|-cgroup:["));
  }
}

TEST_F(TreeAtTerminal, LinesAreCutToItsWidth) {
  const std::string zeros(100, '0');
  const Subprocess child = create_detached({"--uts", "--", "sleep", "1000", zeros});
  const std::string cut = tree_at_terminal({"--no-fold", "-t", "uts"});
  EXPECT_THAT(cut, HasSubstr("0\u2026\n"));
  EXPECT_THAT(cut, Not(HasSubstr(zeros)));
  EXPECT_THAT(tree_at_terminal({"--no-fold", "-t", "uts"}, "C"), HasSubstr("0...\n"));
  EXPECT_THAT(tree_at_terminal({"--no-fold", "-u"}), HasSubstr("sleep 1000 " + zeros + "\n"));
}

TEST_F(TreeAtTerminal, LongRowsAreFolded) {
  const ChildInNamespaces target(with_uts_namespaces(12));
  const Words options = {"-t", "uts", "--by", "process"};
  EXPECT_THAT(tree_at_terminal(options), HasSubstr(" more\n"));
  EXPECT_THAT(tree_at_terminal(options, "C"), testing::ContainsRegex("-\\.\\.\\. [0-9]+ more\n"));
  EXPECT_THAT(tree_at_terminal({"-t", "uts", "--by", "process", "--no-fold"}),
              Not(HasSubstr(" more\n")));
  EXPECT_THAT(tree_at_terminal({"-t", "uts", "--by", "process", "-u"}), HasSubstr(" more\n"));
}

}  // namespace
}  // namespace nsplay::test
