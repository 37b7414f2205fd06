// Signals to nsplay while a program runs, in a new namespace or in a target's.

#include <unistd.h>

#include <csignal>

#include "cli/cli_test.h"
#include "cli/ways.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Signals = CliTest;
using ns::Kind;

TEST_F(Signals, ReachTheProgram) {
  const WaysToRun ways;
  for (const Words& words : ways.all(inside("tell-signal"))) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH}) {
      SCOPED_TRACE(testing::PrintToString(words) + " signal " + std::to_string(signal));
      RunningNsplay nsplay = start_nsplay(words);
      nsplay.out().read_line_after("ready ");
      nsplay.send_signal(signal);
      const RunResult result = nsplay.finish();
      EXPECT_EQ(result.out, "signal " + std::to_string(signal) + "\n");
      EXPECT_EQ(result.status, 0);
    }
  }
}

TEST_F(Signals, AreForAShellsTrapsToHandle) {
  const std::pair<std::string, int> signals[] = {{"INT", SIGINT},
                                                 {"TERM", SIGTERM},
                                                 {"HUP", SIGHUP},
                                                 {"QUIT", SIGQUIT},
                                                 {"USR1", SIGUSR1},
                                                 {"USR2", SIGUSR2}};
  const WaysToRun ways;
  for (const auto& [name, number] : signals) {
    SCOPED_TRACE(name);
    const Words program{
        "sh",
        "-c",
        R"(trap 'kill -KILL $!; echo "got $0"; exit 7' "$0"; sleep 1000 & echo ready; wait $!)",
        name};
    RunningNsplay nsplay = start_nsplay(ways.all(program).front());
    EXPECT_EQ(nsplay.out().read_line(), "ready");
    nsplay.send_signal(number);
    const RunResult result = nsplay.finish();
    EXPECT_EQ(result.out, "got " + name + "\n");
    EXPECT_EQ(result.status, 7);
  }
}

TEST_F(Signals, NsplayHoldsNoOutputOpenThatTheProgramHasClosed) {
  const WaysToRun ways;
  for (const Words& words : ways.all({"sh", "-c", "exec <&- >&-; exec sleep 1000"})) {
    SCOPED_TRACE(testing::PrintToString(words));
    RunningNsplay nsplay = start_nsplay(words);
    EXPECT_EQ(nsplay.out().read_rest(), "");
    nsplay.send_signal(SIGTERM);
    EXPECT_EQ(nsplay.finish().status, 128 + SIGTERM);
  }
}

TEST_F(Signals, ThatEndTheProgramGiveTheStatusOfAShell) {
  const WaysToRun ways;
  for (const Words& words : ways.all(inside("wait"))) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
      SCOPED_TRACE(testing::PrintToString(words));
      RunningNsplay nsplay = start_nsplay(words);
      nsplay.out().read_line_after("ready ");
      nsplay.send_signal(signal);
      EXPECT_EQ(nsplay.finish().status, 128 + signal);
    }
  }
}

TEST_F(Signals, ProgramThatStopsStopsNsplayAndGoesOnWithIt) {
  const WaysToRun ways;
  for (const Words& words : ways.all(inside("stop"))) {
    SCOPED_TRACE(testing::PrintToString(words));
    RunningNsplay nsplay = start_nsplay(words);
    nsplay.out().read_line_after("ready ");
    EXPECT_NE(nsplay.process().wait_for_stop(), 0);
    nsplay.send_signal(SIGCONT);
    const RunResult result = nsplay.finish();
    EXPECT_EQ(result.out, "continued\n");
    EXPECT_EQ(result.status, 5);
  }
}

TEST_F(Signals, ProgramMayStopMoreThanOnce) {
  const WaysToRun ways;
  const Words program{"sh", "-c", "kill -STOP $$; echo once; kill -STOP $$; echo twice"};
  for (const Words& words : ways.all(program)) {
    SCOPED_TRACE(testing::PrintToString(words));
    RunningNsplay nsplay = start_nsplay(words);
    EXPECT_NE(nsplay.process().wait_for_stop(), 0);
    nsplay.send_signal(SIGCONT);
    EXPECT_EQ(nsplay.out().read_line(), "once");
    EXPECT_NE(nsplay.process().wait_for_stop(), 0);
    nsplay.send_signal(SIGCONT);
    EXPECT_EQ(nsplay.finish().out, "twice\n");
  }
}

TEST_F(Signals, StoppedNsplayThatIsKilledTakesTheProgramWithIt) {
  const WaysToRun ways;
  for (const Words& words : ways.all(inside("stop"))) {
    SCOPED_TRACE(testing::PrintToString(words));
    RunningNsplay nsplay = start_nsplay(words);
    nsplay.out().read_line_after("ready ");
    EXPECT_NE(nsplay.process().wait_for_stop(), 0);
    nsplay.send_signal(SIGKILL);
    EXPECT_EQ(nsplay.finish().out, "");
  }
}

TEST_F(Signals, KilledNsplayTakesTheProgramWithIt) {
  const WaysToRun ways;
  for (const char* program : {"wait", "lose-death-signal", "tell-signal"}) {
    for (const Words& words : ways.all(inside(program))) {
      SCOPED_TRACE(testing::PrintToString(words));
      RunningNsplay nsplay = start_nsplay(words);
      nsplay.out().read_line_after("ready ");
      nsplay.send_signal(SIGKILL);
      // The program's stdout ends with it, and the fixture finds whatever else is left.
      EXPECT_EQ(nsplay.finish().status, 128 + SIGKILL);
    }
  }
}

TEST_F(Signals, KilledNsplayTakesAProgramOfAnotherUserWithItByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::uts});
  const Words program = inside("setuid-and-wait", {"65534"});
  for (Words words :
       {Words{"join", target.expression()}, Words{"create", "--uts"}, Words{"create", "--pid"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    words.insert(words.end(), program.begin(), program.end());
    RunningNsplay nsplay = start_nsplay(words);
    nsplay.out().read_line_after("ready ");
    nsplay.send_signal(SIGKILL);
    EXPECT_EQ(nsplay.finish().status, 128 + SIGKILL);
  }
}

TEST_F(Signals, TargetThatEndsDoesNotEndAProgramThatNeedsItNoMore) {
  ChildInNamespaces target(with_privilege_for({Kind::uts}));
  RunningNsplay nsplay =
      start_nsplay({"join", target.expression(), "--", "sh", "-c", "echo ready; cat"});
  EXPECT_EQ(nsplay.out().read_line(), "ready");
  target.end();
  nsplay.write("still here\n");
  EXPECT_EQ(nsplay.finish().out, "still here\n");
}

TEST_F(Signals, TargetWhosePidNamespaceEndsEndsTheProgram) {
  Subprocess child = create_detached({"--pid"});
  RunningNsplay nsplay =
      start_nsplay({"join", std::to_string(child.pid()), "--", "sh", "-c", "echo ready; cat"});
  EXPECT_EQ(nsplay.out().read_line(), "ready");
  child.send_signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(nsplay.finish().status, 128 + SIGKILL);
}

}  // namespace
}  // namespace nsplay::test
