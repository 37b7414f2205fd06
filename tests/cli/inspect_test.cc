// What `nsplay inspect` shows to people.

#include <sys/utsname.h>
#include <unistd.h>

#include <regex>

#include "cli/cli_test.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/pty.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Inspect = CliTest;
using ns::Kind;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view emphasis = "\x1b[1m";

/// In a uts namespace of its own, with another name.
TargetOptions renamed(std::string name) {
  TargetOptions options;
  options.kinds = with_privilege_for({Kind::uts});
  options.inside = [name = std::move(name)] {
    must(::sethostname(name.c_str(), name.size()) == 0, "sethostname");
  };
  return options;
}

/// What differs from machine to machine and from run to run, taken out: numbers of namespaces,
/// times, and the columns' widths, which follow from them.
std::string normalised(std::string text) {
  const std::pair<std::regex, const char*> rules[] = {
      {std::regex(R"(\[[0-9]+\])"), "[INODE]"},
      {std::regex(R"(\] +([0-9]+|-) +(same|other))"), "]  ID  $2"},
      {std::regex(R"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})"), "TIME"},
      {std::regex("  +"), "  "},
  };
  for (const auto& [what, by] : rules) {
    text = std::regex_replace(text, what, by);
  }
  return text;
}

std::string uname_part(const std::string& text) {
  return text.substr(text.find("UNAME"));
}

std::string text_of(const Words& arguments) {
  Words words{"inspect"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const RunResult result = run_nsplay(words);
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(result.err, "");
  return result.out;
}

std::string on_a_terminal(const std::string& target, const RunOptions& options) {
  Pty pty;
  Subprocess nsplay = pty.start(nsplay_words({"inspect", target}), options);
  std::string text = pty.screen().read_rest();
  EXPECT_EQ(nsplay.wait(), 0);
  return text;
}

TEST_F(Inspect, ShowsWhoTheProcessIs) {
  const ChildInNamespaces target(renamed("x"));
  const std::string text = normalised(text_of({target.expression()}));
  const std::string arguments = read_process_file(target.pid(), "cmdline");
  const std::string command = arguments.substr(0, arguments.find('\0'));
  EXPECT_THAT(text, StartsWith("process  " + target.expression() + "\ncommand  " + command));
  const std::string uid = std::to_string(::geteuid());
  EXPECT_THAT(text, testing::ContainsRegex("\nuser  [a-z]+ .uid " + uid + ".\nstarted  TIME\n"));
}

TEST_F(Inspect, ShowsTheEightNamespacesWithTheirOwnersByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(renamed("x"));
  EXPECT_THAT(normalised(text_of({target.expression()})), HasSubstr(R"(
NAMESPACE  ID  HERE  OWNER  PARENT
cgroup:[INODE]  ID  same  user:[INODE] uid 0  -
ipc:[INODE]  ID  same  user:[INODE] uid 0  -
mnt:[INODE]  ID  same  user:[INODE] uid 0  -
net:[INODE]  ID  same  user:[INODE] uid 0  -
pid:[INODE]  ID  same  user:[INODE] uid 0  -
time:[INODE]  ID  same  user:[INODE] uid 0  -
user:[INODE]  ID  same  -  -
uts:[INODE]  ID  other  user:[INODE] uid 0  -
)"));
}

TEST_F(Inspect, ShowsUnameSideBySideWithItsDifferences) {
  const ChildInNamespaces target(renamed("x"));
  utsname here = {};
  ::uname(&here);
  const auto same = [](const std::string& field, const std::string& value) {
    return field + "  same  " + value + "  " + value + "\n";
  };
  EXPECT_EQ(uname_part(normalised(text_of({target.expression()}))),
            "UNAME  HERE  THERE\n" + same("sysname", here.sysname) + "nodename  differs  " +
                here.nodename + "  x\n" + same("release", here.release) +
                same("version", here.version) + same("machine", here.machine) +
                same("domainname", here.domainname));
}

TEST_F(Inspect, NamesTheRealInodes) {
  const ChildInNamespaces target(renamed("x"));
  const std::string text = text_of({target.expression()});
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_THAT(text, HasSubstr("\n" + namespace_link(target.pid(), info.kind) + " "));
  }
}

TEST_F(Inspect, ShowsTheParentsOfUserAndPidNamespaces) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({Kind::user, Kind::pid});
  const std::string text = normalised(text_of({target.expression()}));
  EXPECT_THAT(text,
              HasSubstr("\npid:[INODE]  ID  other  user:[INODE] uid " +
                        std::to_string(::geteuid()) + "  pid:[INODE]\n"));
  EXPECT_THAT(text,
              testing::ContainsRegex("\nuser:.INODE.  ID  other  user:.INODE. uid [0-9]+  "
                                     "user:.INODE.\n"));
}

TEST_F(Inspect, CountsMembersWhenAsked) {
  const ChildInNamespaces target(renamed("x"));
  EXPECT_THAT(text_of({target.expression()}), Not(HasSubstr("PROCESSES")));
  const std::string text = normalised(text_of({target.expression(), "--members"}));
  EXPECT_THAT(text, HasSubstr("\nNAMESPACE  ID  HERE  OWNER  PARENT  PROCESSES\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\nuts:.INODE.  ID  other  [^\n]*  1\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\nmnt:.INODE.  ID  same  [^\n]*  [1-9][0-9]*\n"));
}

TEST_F(Inspect, OptionsMayStandBeforeTheTarget) {
  EXPECT_EQ(run_nsplay({"inspect", "--members", "self"}).status, 0);
}

TEST_F(Inspect, SelfIsNsplayItselfAndDiffersInNothing) {
  const std::string text = text_of({"self"});
  EXPECT_THAT(text, HasSubstr(" inspect self\n"));
  EXPECT_THAT(text, Not(HasSubstr("  other  ")));
  EXPECT_THAT(text, Not(HasSubstr("differs")));
}

TEST_F(Inspect, NamespaceFileIsShownAlone) {
  const ChildInNamespaces target(renamed("x"));
  const std::string directory = "/proc/" + target.expression() + "/ns/";
  EXPECT_THAT(normalised(text_of({directory + "ipc"})),
              testing::MatchesRegex("NAMESPACE  ID  HERE  OWNER  PARENT\n"
                                    "ipc:.INODE.  ID  same  [^\n]*\n"));
}

TEST_F(Inspect, UtsNamespaceFileIsShownWithItsUname) {
  const ChildInNamespaces target(renamed("x"));
  const std::string text = normalised(text_of({target.namespace_file(Kind::uts)}));
  EXPECT_THAT(text, StartsWith("NAMESPACE  ID  HERE  OWNER  PARENT\nuts:[INODE]  ID  other  "));
  EXPECT_THAT(text, HasSubstr("\nnodename  differs  " + own_nodename() + "  x\n"));
}

TEST_F(Inspect, TargetThatMayNotBeLookedAtShowsTheRestAndTheReasonByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(renamed("x"));
  RunOptions options;
  options.as = RunAs::nobody;
  const RunResult result = run_nsplay({"inspect", target.expression()}, options);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  const std::string text = normalised(result.out);
  EXPECT_THAT(text, StartsWith("process  " + target.expression() + "\n"));
  EXPECT_THAT(text, HasSubstr("\nuser  root (uid 0)\n"));
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(info.name) + "  ?  ?  Permission denied\n"));
  }
  EXPECT_THAT(text, HasSubstr("\nnodename  " + own_nodename() + "  ?\n"));
  EXPECT_THAT(text, HasSubstr("\nthe uname there cannot be read: "));
  EXPECT_THAT(text,
              HasSubstr("\nhint: process " + target.expression() +
                        " belongs to root (uid 0) and you are "));
}

TEST_F(Inspect, OnATerminalWhatDiffersIsEmphasised) {
  const ChildInNamespaces target(renamed("x"));
  RunOptions options;
  options.environment = {{"TERM", "xterm"}, {"NO_COLOR", std::nullopt}};
  const std::string text = on_a_terminal(target.expression(), options);
  EXPECT_THAT(text, HasSubstr(std::string(emphasis) + "nodename"));
  EXPECT_THAT(text, Not(HasSubstr(std::string(emphasis) + "release")));
}

TEST_F(Inspect, HasNoEscapeSequencesWithNoColorOnADumbTerminalOrInAPipe) {
  const ChildInNamespaces target(renamed("x"));
  RunOptions options;
  options.environment = {{"TERM", "xterm"}, {"NO_COLOR", std::nullopt}};
  const RunResult plain = run_nsplay({"inspect", target.expression()}, options);
  EXPECT_TRUE(is_harmless(plain.out));
  options.environment["NO_COLOR"] = "1";
  EXPECT_EQ(on_a_terminal(target.expression(), options), plain.out);
  options.environment = {{"TERM", "dumb"}, {"NO_COLOR", std::nullopt}};
  EXPECT_EQ(on_a_terminal(target.expression(), options), plain.out);
}

TEST_F(Inspect, FailsWithTheCauseWhenTheDiskIsFull) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  for (const Words& words : {Words{"inspect", "self"}, Words{"inspect", "self", "--json"}}) {
    const RunResult result = run_nsplay(words, options);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.err, "nsplay: write standard output: No space left on device\n");
  }
}

TEST_F(Inspect, DependsOnNeitherLocaleNorWorkingDirectory) {
  const ChildInNamespaces target(renamed("x"));
  RunOptions options;
  options.environment = {{"LC_ALL", "C.UTF-8"}};
  options.directory = "/";
  EXPECT_EQ(run_nsplay({"inspect", target.expression()}, options).out,
            text_of({target.expression()}));
}

}  // namespace
}  // namespace nsplay::test
