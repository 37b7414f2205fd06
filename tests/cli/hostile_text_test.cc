// Text that comes from other processes, or from anybody, never reaches a terminal as a command.

#include <sys/prctl.h>
#include <unistd.h>

#include <cstring>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/pty.h"

namespace nsplay::test {
namespace {

using HostileText = CliTest;
using ns::Kind;
using testing::HasSubstr;

/// Sets a window title, rings, clears the screen, ends the line, and is no UTF-8.
constexpr std::string_view evil =
    "\x1b]0;pwned\x07\x1b[2J\nnsplay: ok\xff\xc2\x9b"
    "1m";
constexpr std::string_view evil_name = "\x1b]0;pw\x07\n\xff";  // of a process: 15 bytes at most

/// A process whose name and hostname are hostile.
TargetOptions hostile_options() {
  TargetOptions options;
  options.kinds = with_privilege_for({Kind::uts});
  options.inside = [] {
    must(::prctl(PR_SET_NAME, std::string(evil_name).c_str(), 0, 0, 0) == 0, "PR_SET_NAME");
    must(::sethostname(evil.data(), evil.size()) == 0, "sethostname");
    must(::setdomainname(evil.data(), evil.size()) == 0, "setdomainname");
  };
  return options;
}

/// A child of nsplay with hostile arguments and hostnames that has told that it is there.
RunningNsplay start_hostile_program() {
  const std::string text(evil);
  RunningNsplay nsplay = start_nsplay({"create",
                                       "--hostname",
                                       text,
                                       "--domainname",
                                       text,
                                       "--",
                                       "sh",
                                       "-c",
                                       "echo $$; read end",
                                       text,
                                       text});
  return nsplay;
}

/// What a terminal shows, with the two sequences that nsplay uses for emphasis taken out.
std::string on_a_terminal(const Words& arguments, const RunOptions& options = {}) {
  Pty pty;
  Subprocess nsplay = pty.start(nsplay_words(arguments), options);
  std::string text = pty.screen().read_rest();
  nsplay.wait();
  for (const std::string_view sequence : {"\x1b[1m", "\x1b[0m"}) {
    for (auto at = text.find(sequence); at != std::string::npos; at = text.find(sequence)) {
      text.erase(at, sequence.size());
    }
  }
  return text;
}

TEST_F(HostileText, OfATargetIsEscapedByInspect) {
  const ChildInNamespaces target(hostile_options());
  const RunResult result = run_nsplay({"inspect", target.expression()});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(is_harmless(result.out));
  EXPECT_THAT(result.out, HasSubstr("\\x1b]0;pwned\\x07\\x1b[2J\\nnsplay: ok\\xff\\xc2\\x9b1m"));
  EXPECT_TRUE(is_harmless(on_a_terminal({"inspect", target.expression()})));
}

TEST_F(HostileText, InAnArgumentOfATargetIsEscapedByInspect) {
  RunningNsplay nsplay = start_hostile_program();
  const std::string pid = nsplay.out().read_line();
  const RunResult result = run_nsplay({"inspect", pid});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(is_harmless(result.out));
  EXPECT_THAT(result.out, HasSubstr("read end \\x1b]0;pwned\\x07"));
  EXPECT_TRUE(is_harmless(on_a_terminal({"inspect", pid})));
  nsplay.finish();
}

TEST_F(HostileText, OfAProcessWithoutCommandLineIsEscapedByInspect) {
  const ChildInNamespaces target(hostile_options());
  target.kill_without_reaping();
  const RunResult result = run_nsplay({"inspect", target.expression()});
  EXPECT_TRUE(is_harmless(result.out));
  EXPECT_THAT(result.out, HasSubstr("[\\x1b]0;pw\\x07\\n\\xff]"));
}

TEST_F(HostileText, LeavesJsonValid) {
  const ChildInNamespaces target(hostile_options());
  const RunResult result = run_nsplay({"inspect", target.expression(), "--json"});
  EXPECT_EQ(result.status, 0);
  const Json document = parse_json(result.out);
  EXPECT_TRUE(is_harmless(result.out));
  EXPECT_EQ(document["target"]["comm"], "\x1b]0;pw\x07\n\xef\xbf\xbd");
  const std::string nodename = document["uname"]["fields"][1]["target"];
  EXPECT_THAT(nodename, HasSubstr("\x1b]0;pwned\x07\x1b[2J\nnsplay: ok\xef\xbf\xbd"));
}

TEST_F(HostileText, InTheCallersOwnHostnameIsEscapedInTheStory) {
  const RunResult result = run_nsplay({"create", "--hostname", std::string(evil), "--for", "1s"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(is_harmless(result.out));
  EXPECT_THAT(result.out, HasSubstr("\nuts.nodename in child:  \\x1b]0;pwned\\x07"));
}

TEST_F(HostileText, LeavesTheDocumentOfAChildValid) {
  const RunResult result =
      run_nsplay({"create", "--hostname", std::string(evil), "--for", "1s", "--json"});
  EXPECT_TRUE(is_harmless(result.out));
  EXPECT_THAT(parse_json(result.out)["uname"]["nodename"].get<std::string>(),
              HasSubstr("\x1b]0;pwned\x07"));
}

TEST_F(HostileText, IsEscapedInEveryError) {
  const std::string text(evil);
  const std::string in_a_path = "/nonexistent/" + text;
  const std::string too_long(evil.size() * 4, '\x1b');
  for (const Words& words : {Words{text},
                             Words{"help", text},
                             Words{"--" + text},
                             Words{"create", "--" + text},
                             Words{"create", "-\x1b"},
                             Words{"create", "--detach=" + text},
                             Words{"create", "--hostname", too_long},
                             Words{"create", "--uts", "--for", text},
                             Words{"create", "--uts", "--", text},
                             Words{"create", "--uts", "--", in_a_path},
                             Words{"join", text, "--", "true"},
                             Words{"join", in_a_path, "--", "true"},
                             Words{"join", "1:" + text, "--", "true"},
                             Words{"inspect", text},
                             Words{"inspect", in_a_path},
                             Words{"inspect", "self", text}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    RunResult result = run_nsplay(words);
    EXPECT_NE(result.status, 0);
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(is_harmless(result.err));
    EXPECT_TRUE(is_harmless(on_a_terminal(words)));
    EXPECT_THAT(result.err, testing::Not(HasSubstr("\nnsplay: ok")));
  }
}

TEST_F(HostileText, InTheNameOfAProgramOfTheTargetIsEscaped) {
  const ChildInNamespaces target(hostile_options());
  RunOptions options;
  options.environment["PATH"] = "/usr/bin:/bin";
  const RunResult result =
      run_nsplay({"join", target.expression(), "--", std::string(evil)}, options);
  EXPECT_TRUE(
      fails_between(result,
                    127,
                    "cannot run the program in " + target.expression() + ": execve \\x1b]0;",
                    ": No such file or directory"));
}

}  // namespace
}  // namespace nsplay::test
