// nsplay at a terminal, where the terminal itself sends signals to the whole foreground group.

#include <unistd.h>

#include <csignal>
#include <functional>

#include "cli/cli_test.h"
#include "cli/ways.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/processes.h"
#include "support/pty.h"

namespace nsplay::test {
namespace {

using Terminal = CliTest;
using ns::Kind;

/// Of the next line that begins so; notes and what a shell says about its jobs may come before it.
std::string rest_of_line(Pty& pty, std::string_view beginning) {
  return pty.screen().read_line_after(beginning);
}

/// Says "ready"; counts how often SIGINT comes; tells it on SIGUSR1 and ends with 7.
Words counting_interrupts() {
  return {"sh",
          "-c",
          "n=0; trap 'n=$((n+1)); echo interrupted' INT; "
          "trap 'kill -KILL $s; echo times $n; exit 7' USR1; "
          "sleep 1000 & s=$!; echo ready; while :; do wait $s; done"};
}

/// With a terminal of the program's own, and with the user's.
std::vector<Words> both(const WaysToRun& ways, const Words& program) {
  std::vector<Words> lines = ways.all(program);
  for (const Words& words : ways.all_on_the_callers_terminal(program)) {
    lines.push_back(words);
  }
  return lines;
}

TEST_F(Terminal, CtrlCReachesTheProgramOnceAndNsplayTellsItsStatus) {
  const WaysToRun ways;
  for (const Words& words : both(ways, counting_interrupts())) {
    SCOPED_TRACE(testing::PrintToString(words));
    Pty pty;
    Subprocess nsplay = pty.start(nsplay_words(words));
    rest_of_line(pty, "ready");
    pty.type(ctrl_c);
    EXPECT_EQ(rest_of_line(pty, "interrupted"), "");
    // A second SIGINT would come before this one: both go through nsplay, the lower number first.
    nsplay.send_signal(SIGUSR1);
    EXPECT_EQ(rest_of_line(pty, "times "), "1");
    EXPECT_EQ(nsplay.wait(), 7);
  }
}

/// A program without handler ends by this signal, whichever way it runs, once `act` was done to its
/// terminal.
void expect_end_by(int signal, const std::function<void(Pty&)>& act) {
  const WaysToRun ways;
  for (const Words& words : both(ways, inside("wait"))) {
    SCOPED_TRACE(testing::PrintToString(words));
    Pty pty;
    Subprocess nsplay = pty.start(nsplay_words(words));
    rest_of_line(pty, "ready ");
    act(pty);
    EXPECT_EQ(nsplay.wait(), 128 + signal);
  }
}

TEST_F(Terminal, CtrlCEndsAProgramThatDoesNotHandleIt) {
  expect_end_by(SIGINT, [](Pty& pty) { pty.type(ctrl_c); });
}

TEST_F(Terminal, CtrlBackslashEndsAProgramThatDoesNotHandleIt) {
  expect_end_by(SIGQUIT, [](Pty& pty) { pty.type(ctrl_backslash); });
}

TEST_F(Terminal, ItsNewSizeReachesTheProgram) {
  const WaysToRun ways;
  for (const Words& words : both(ways, inside("tell-signal"))) {
    SCOPED_TRACE(testing::PrintToString(words));
    Pty pty;
    Subprocess nsplay = pty.start(nsplay_words(words));
    rest_of_line(pty, "ready ");
    pty.resize(50, 132);
    EXPECT_EQ(rest_of_line(pty, "signal "), std::to_string(SIGWINCH));
    EXPECT_EQ(nsplay.wait(), 0);
  }
}

TEST_F(Terminal, ProgramReadsWhatIsTyped) {
  const WaysToRun ways;
  for (const Words& words : ways.all({"sh", "-c", "echo ready; cat"})) {
    SCOPED_TRACE(testing::PrintToString(words));
    Pty pty;
    Subprocess nsplay = pty.start(nsplay_words(words));
    rest_of_line(pty, "ready");
    pty.type("typed\n");
    EXPECT_EQ(rest_of_line(pty, "typed"), "");
    pty.type(ctrl_d);
    EXPECT_EQ(nsplay.wait(), 0);
  }
}

TEST_F(Terminal, ThatIsClosedEndsTheProgram) {
  expect_end_by(SIGHUP, [](Pty& pty) { pty.hang_up(); });
}

/// A shell with job control that runs `words`, is told of its stop, and brings it back.
Words job_control_shell(const Words& words) {
  Words shell{"sh", "-m", "-c", R"("$@"; echo "stopped $?"; fg >/dev/null; echo "ended $?")", "sh"};
  shell.insert(shell.end(), words.begin(), words.end());
  return shell;
}

/// The job of a shell that has just continued it: it has the terminal by then.
void wait_for_continuation(const Subprocess& shell) {
  const auto jobs = children_of(shell.pid());
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_TRUE(eventually([&] { return stat_field(jobs.front(), 3) != "T"; }));
}

TEST_F(Terminal, CtrlZStopsNsplayWithTheProgramAndFgBringsBothBack) {
  const WaysToRun ways;
  for (const Words& words : ways.all_on_the_callers_terminal({"cat"})) {
    SCOPED_TRACE(testing::PrintToString(words));
    Pty pty;
    Subprocess shell = pty.start(job_control_shell(nsplay_words(words)));
    pty.type("before\n");
    EXPECT_EQ(rest_of_line(pty, "before"), "");
    pty.type(ctrl_z);
    EXPECT_THAT(rest_of_line(pty, "stopped "),
                testing::AnyOf(std::to_string(128 + SIGSTOP), std::to_string(128 + SIGTSTP)));
    pty.type("after\n");
    EXPECT_EQ(rest_of_line(pty, "after"), "");
    pty.type(ctrl_d);
    EXPECT_EQ(rest_of_line(pty, "ended "), "0");
    EXPECT_EQ(shell.wait(), 0);
  }
}

TEST_F(Terminal, CtrlZStopsAHoldingCreateAndFgBringsItBack) {
  for (const char* kinds : {"--uts", "--pid"}) {
    SCOPED_TRACE(kinds);
    Pty pty;
    Subprocess shell =
        pty.start(job_control_shell(nsplay_words({"create", kinds, "--hostname", "x"})));
    rest_of_line(pty, "uts.nodename in parent: ");
    pty.type(ctrl_z);
    EXPECT_NE(rest_of_line(pty, "stopped "), "0");
    wait_for_continuation(shell);
    pty.type(ctrl_c);
    EXPECT_EQ(rest_of_line(pty, "child has terminated"), "");
    EXPECT_EQ(rest_of_line(pty, "ended "), "0");
    EXPECT_EQ(shell.wait(), 0);
  }
}

TEST_F(Terminal, CtrlCInAShellThatWasJoinedInterruptsWhatItRunsOnly) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  Pty pty;
  Subprocess nsplay = pty.start(
      nsplay_words({"join",
                    target.expression(),
                    "--",
                    "sh",
                    "-c",
                    "trap : INT; cat; echo cat ended; read line; echo got $line; exit 7"}));
  pty.type("to cat\n");
  EXPECT_EQ(rest_of_line(pty, "to cat"), "");
  pty.type(ctrl_c);
  EXPECT_EQ(pty.screen().read_line(), "cat ended");
  pty.type("more\n");
  EXPECT_EQ(pty.screen().read_rest(), "got more\n");
  EXPECT_EQ(nsplay.wait(), 7);
}

}  // namespace
}  // namespace nsplay::test
