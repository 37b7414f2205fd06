// The command line of `nsplay list`.

#include "cli/cli_test.h"
#include "support/pty.h"

namespace nsplay::test {
namespace {

using ListAtTerminal = CliTest;
using ListUsage = CliTest;
using testing::HasSubstr;
using testing::StartsWith;

struct WrongList {
  Words options;
  std::string error;
  std::string hint;
};

void expect_refused(const std::vector<WrongList>& cases) {
  for (const WrongList& one : cases) {
    SCOPED_TRACE(testing::PrintToString(one.options));
    Words words = {"list"};
    words.insert(words.end(), one.options.begin(), one.options.end());
    EXPECT_TRUE(fails_with(run_nsplay(words), {2, one.error, one.hint}));
  }
}

TEST_F(ListUsage, ValueThatAnOptionDoesNotKnowIsNamed) {
  expect_refused({
      {{"-t", "nett"}, "unknown type 'nett'", "did you mean 'net'?"},
      {{"-t", "uts", "--type=xyzzy"},
       "unknown type 'xyzzy'",
       "it is one of cgroup, ipc, mnt, net, pid, time, user, uts"},
      {{"-t", ""}, "unknown type ''", "it is one of cgroup"},
      {{"-p", "x"}, "--task wants a pid, not 'x'", ""},
      {{"-p0"}, "--task wants a pid, not '0'", ""},
      {{"-p", "-1"}, "--task wants a pid, not '-1'", ""},
      {{"--task", "99999999999"}, "--task wants a pid, not '99999999999'", ""},
      {{"-o", "NSS"}, "unknown column 'NSS'", "did you mean 'NS'?"},
      {{"-o", "+xyzzy"}, "unknown column 'xyzzy'", "nsplay list --list-columns"},
      {{"-o", ""}, "unknown column ''", "nsplay list --list-columns"},
      {{"-o", "NS,,PID"}, "unknown column ''", "nsplay list --list-columns"},
      {{"--jsn"}, "unknown option '--jsn'", "did you mean '--json'?"},
      {{"-p", "1", "-p", "2"}, "--task is given twice", ""},
  });
}

TEST_F(ListUsage, ContradictionIsNamed) {
  const std::string hint = "leave one of them out";
  expect_refused({
      {{"--json", "--raw"}, "--json contradicts --raw", hint},
      {{"-rJ"}, "--json contradicts --raw", hint},
      {{"-JH"}, "--json contradicts --list-columns", hint},
      {{"-P", "-p", "1"}, "--task contradicts --persistent", hint},
      {{"-o", "NS", "--output-all"}, "--output contradicts --output-all", hint},
      {{"4026531836", "-t", "net"}, "--type contradicts an NSID", hint},
      {{"-p", "1", "4026531836"}, "--task contradicts an NSID", hint},
      {{"-P", "4026531836"}, "--persistent contradicts an NSID", hint},
      {{"--plays", "4026531836"}, "--plays contradicts an NSID", hint},
  });
}

TEST_F(ListUsage, PlaysAreShownInTheirOwnWay) {
  for (const Words& options : {Words{"--type", "net"},
                               Words{"--task", "1"},
                               Words{"--persistent"},
                               Words{"--output", "NS"},
                               Words{"--output-all"},
                               Words{"--list-columns"},
                               Words{"--noheadings"},
                               Words{"--raw"},
                               Words{"--notruncate"},
                               Words{"--nowrap"}}) {
    Words words = options;
    words.emplace_back("--plays");
    expect_refused({{words, "--plays contradicts " + options.front(), "leave one of them out"}});
  }
}

TEST_F(ListUsage, ColumnThatProcessesDoNotHaveIsNamed) {
  expect_refused({{{"-o", "PID,ONS", "4026531836"},
                   "column ONS is not one of processes",
                   "without NSID namespaces are listed"}});
}

TEST_F(ListUsage, ColumnsAreListed) {
  for (const char* option : {"-H", "--list-columns"}) {
    const RunResult result = run_nsplay({"list", option});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, StartsWith("NS         inode number of the namespace\n"));
    EXPECT_THAT(result.out, HasSubstr("\nOWNER-UID  "));
  }
}

TEST_F(ListUsage, HelpFitsIntoATerminalOf100Columns) {
  EXPECT_THAT(run_nsplay({"help", "list"}).out, testing::Not(testing::ContainsRegex("[^\n]{101}")));
}

/// What `nsplay list` shows of uts namespaces at a terminal of 80 columns.
std::string shown_at_terminal(const Words& options) {
  Words words = {"list", "-t", "uts"};
  words.insert(words.end(), options.begin(), options.end());
  Pty pty;
  pty.resize(24, 80);
  Subprocess nsplay = pty.start(nsplay_words(words));
  std::string text = pty.screen().read_rest();
  EXPECT_EQ(nsplay.wait(), 0);
  return text;
}

TEST_F(ListAtTerminal, LinesAreCutToItsWidth) {
  const std::string zeros(100, '0');
  const Subprocess child = create_detached({"--uts", "--", "sleep", "1000", zeros});
  const std::string cut = shown_at_terminal({});
  EXPECT_THAT(cut, HasSubstr("sleep 1000 000"));
  EXPECT_THAT(cut, HasSubstr("0\u2026\n"));
  EXPECT_THAT(cut, testing::Not(HasSubstr(zeros)));
  EXPECT_THAT(shown_at_terminal({"-u"}), HasSubstr("sleep 1000 " + zeros + "\n"));
  EXPECT_THAT(shown_at_terminal({"-r"}), HasSubstr("sleep\\x201000\\x20" + zeros + "\n"));
  EXPECT_THAT(run_nsplay({"list", "-t", "uts"}).out, HasSubstr("sleep 1000 " + zeros + "\n"));
}

}  // namespace
}  // namespace nsplay::test
