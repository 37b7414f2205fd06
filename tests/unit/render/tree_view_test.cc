#include "nsplay/render/tree_view.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "nsplay/base/text.h"
#include "nsplay/render/table.h"

#include "render/trees.h"

namespace nsplay::render {
namespace {

using ns::Kind;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TreeFormat in(Charset charset) {
  TreeFormat format;
  format.charset = charset;
  return format;
}

TreeFormat terminal(std::size_t width, Charset charset = Charset::utf8) {
  return {charset, Fold::yes, width};
}

/// A user namespace that owns so many net namespaces.
ops::TreeReport row_of(std::size_t siblings) {
  test::TreeMaker maker;
  const std::size_t root = maker.root(test::user_namespace(4026531837, 0));
  for (std::size_t i = 0; i < siblings; ++i) {
    maker.below(root, test::inhabited(Kind::net, 4026532000 + i, "x"));
  }
  maker.below(root, test::inhabited(Kind::uts, 4026533000, "x"));
  return maker.report();
}

/// User namespaces, each below the one before.
ops::TreeReport chain_of(std::size_t levels) {
  test::TreeMaker maker;
  std::size_t node = maker.root(test::user_namespace(4026531837, 0));
  for (std::size_t level = 1; level < levels; ++level) {
    maker.below(node, test::inhabited(Kind::net, 4026532000 + level, "x"));
    node = maker.below(node, test::user_namespace(4026533000 + level, 0));
  }
  return maker.report();
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string_view line : split(text, '\n')) {
    longest = std::max(longest, width_of(line));
  }
  return longest;
}

TEST(TreeText, ShowsWhatAUserNamespaceOwnsBelowIt) {
  EXPECT_EQ(tree_text(test::owner_tree(), in(Charset::utf8)),
            "NAMESPACE                     NPROCS   PID  USER  COMMAND\n"
            "user:[4026531837] uid 0            2  4711  ann   init\n"
            "├─net:[4026531840]                 2  4711  ann   init\n"
            "├─user:[4026532200] uid 1000       2  4711  ann   init\n"
            "│ └─uts:[4026532201]               2  4711  ann   sleep 200\n"
            "└─net:[4026532178]                 0\n");
}

TEST(TreeText, IsAsciiWhereThereIsNoUtf8) {
  ops::TreeReport report = test::owner_tree();
  report.nodes[3].listed.process->command = std::string(100, 'x');
  const std::string text = tree_text(report, in(Charset::ascii));
  EXPECT_THAT(text, HasSubstr("\n|-net:[4026531840] "));
  EXPECT_THAT(text, HasSubstr("\n| `-uts:[4026532201] "));
  EXPECT_THAT(text, HasSubstr("\n`-net:[4026532178] "));
  const std::string cut = tree_text(report, terminal(80, Charset::ascii));
  EXPECT_THAT(cut, HasSubstr("xxx...\n"));
  EXPECT_TRUE(std::all_of(cut.begin(), cut.end(), [](char byte) {
    return byte == '\n' || (byte >= ' ' && byte <= '~');
  }));
}

TEST(TreeText, ShowsTheProcessesOfAPidNamespaceBeforeThoseBelowIt) {
  EXPECT_EQ(tree_text(test::parent_tree(2), in(Charset::ascii)),
            "NAMESPACE           NPROCS   PID  USER  COMMAND\n"
            "pid:[4026531836]         2  4711  ann   init\n"
            "|-process                   4711  ann   sleep 200\n"
            "|-process                   4711  ann   sleep 200\n"
            "`-pid:[4026532200]       2  4711  ann   sh\n"
            "  `-process                 4711  ann   sleep 200\n");
}

TEST(TreeText, HasTheHeadingAloneWithoutNamespaces) {
  EXPECT_EQ(tree_text({}, terminal(80)), "NAMESPACE  NPROCS  PID  USER  COMMAND\n");
}

TEST(TreeText, ShowsWhatNamespacesAndProcessesBelongTo) {
  ops::TreeReport report = test::parent_tree(1);
  report.nodes[1].listed.name = "docker:web";
  report.nodes[1].members->front().container = target::Container{"docker", "w\x1b", ""};
  EXPECT_EQ(tree_text(report, in(Charset::ascii)),
            "NAMESPACE           NPROCS   PID  USER  NAME          COMMAND\n"
            "pid:[4026531836]         2  4711  ann                 init\n"
            "|-process                   4711  ann                 sleep 200\n"
            "`-pid:[4026532200]       2  4711  ann   docker:web    sh\n"
            "  `-process                 4711  ann   docker:w\\x1b  sleep 200\n");
}

TEST(TreeText, ShowsAUserWithoutNameByItsUid) {
  ops::TreeReport report = test::owner_tree();
  report.nodes[1].listed.process->user.reset();
  EXPECT_THAT(tree_text(report, in(Charset::ascii)), HasSubstr("4711  1000  init\n"));
}

TEST(FoldedTree, ShowsTheFirstOfALongRow) {
  EXPECT_EQ(tree_text(row_of(221), terminal(80)),
            "NAMESPACE                NPROCS   PID  USER  COMMAND\n"
            "user:[4026531837] uid 0       2  4711  ann   init\n"
            "├─net:[4026532000]            2  4711  ann   x\n"
            "├─net:[4026532001]            2  4711  ann   x\n"
            "├─net:[4026532002]            2  4711  ann   x\n"
            "├─net:[4026532003]            2  4711  ann   x\n"
            "├─net:[4026532004]            2  4711  ann   x\n"
            "├─net:[4026532005]            2  4711  ann   x\n"
            "├─net:[4026532006]            2  4711  ann   x\n"
            "├─… 214 more\n"
            "└─uts:[4026533000]            2  4711  ann   x\n");
  EXPECT_THAT(tree_text(row_of(221), terminal(80, Charset::ascii)),
              HasSubstr("\n|-... 214 more\n"));
}

TEST(FoldedTree, ShowsARowThatIsNotLongAsItIs) {
  EXPECT_THAT(tree_text(row_of(8), terminal(80)), Not(HasSubstr("more")));
  EXPECT_THAT(tree_text(row_of(9), terminal(80)), HasSubstr("… 2 more\n"));
}

TEST(FoldedTree, FoldsProcesses) {
  const std::string text = tree_text(test::parent_tree(20), terminal(80));
  EXPECT_THAT(text, HasSubstr("├─… 13 more\n└─pid:[4026532200] "));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 1 + 7 + 1 + 2);
}

TEST(FoldedTree, FoldsRoots) {
  test::TreeMaker maker;
  for (std::size_t i = 0; i < 10; ++i) {
    maker.root(test::inhabited(Kind::net, 4026532000 + i, "x"));
  }
  EXPECT_THAT(tree_text(maker.report(), terminal(80)), EndsWith("\n… 3 more\n"));
}

TEST(UnfoldedTree, ShowsEveryOne) {
  const std::string text = tree_text(row_of(221), in(Charset::utf8));
  EXPECT_THAT(text, Not(HasSubstr("more")));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 1 + 221 + 1);
}

TEST(TreeText, IsHarmlessWhateverAProcessCallsItself) {
  ops::TreeReport report = test::parent_tree(1);
  report.nodes[0].listed.process->command = "a\x1b[2J\nb \xff\u202e\u202c";
  report.nodes[0].members->front().user = "\x9b\x31m";
  report.nodes[0].members->front().command = "\x1b]0;x\x07";
  const std::string text = tree_text(report, in(Charset::utf8));
  EXPECT_THAT(text, HasSubstr("ann     a\\x1b[2J\\nb \\xff\\xe2\\x80\\xae\\xe2\\x80\\xac\n"));
  EXPECT_THAT(text, HasSubstr("\\x9b1m  \\x1b]0;x\\x07\n"));
}

TEST(TreeText, IsCutToTheWidthOfTheTerminal) {
  ops::TreeReport report = test::owner_tree();
  report.nodes[3].listed.process->command = "sleep 1234567890";
  EXPECT_THAT(tree_text(report, terminal(66)), HasSubstr("  sleep 1234567890\n"));
  EXPECT_THAT(tree_text(report, terminal(65)), HasSubstr("  sleep 12345678…\n"));
  report.nodes[3].listed.process->command = "日本語 1234567890";
  EXPECT_THAT(tree_text(report, terminal(60)), HasSubstr("  日本語 12345…\n"));
}

TEST(TreeText, IsNeverWiderThanTheTerminal) {
  for (const std::size_t width : {5U, 20U, 40U, 60U, 80U, 132U}) {
    for (const std::size_t levels : {1U, 3U, 33U, 100U}) {
      EXPECT_LE(longest_line(tree_text(chain_of(levels), terminal(width))), width);
    }
  }
}

TEST(DeepTree, TellsTheLevelWhereThereIsNoRoomToDrawIt) {
  const std::string text = tree_text(chain_of(33), terminal(80));
  EXPECT_THAT(text, HasSubstr("\n              └─user:[4026533008] uid 0 "));
  EXPECT_THAT(text, HasSubstr("\n…10             ├─net:[4026532009] "));
  EXPECT_THAT(text, HasSubstr("\n…33             └─user:[4026533032] uid 0 "));
}

TEST(DeepTree, IsDrawnWholeWhereNothingIsCut) {
  const std::string text = tree_text(chain_of(100), in(Charset::utf8));
  EXPECT_THAT(text, HasSubstr("\n" + std::string(196, ' ') + "└─user:[4026533099] uid 0 "));
}

}  // namespace
}  // namespace nsplay::render
