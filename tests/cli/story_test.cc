// The story of clone(2)'s example program, as `nsplay create` tells it in the foreground.

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "cli/cli_test.h"
#include "support/processes.h"
#include "support/pty.h"

namespace nsplay::test {
namespace {

using Story = CliTest;

std::string whole_story(pid_t pid) {
  return "clone() returned " + std::to_string(pid) +
         "\n"
         "uts.nodename in child:  x\n"
         "uts.nodename in parent: " +
         own_nodename() +
         "\n"
         "child has terminated\n";
}

/// Reads the story up to the point where it waits for the child's end.
pid_t read_beginning(PipeReader& story) {
  const pid_t pid = read_pid_of_child(story);
  EXPECT_EQ(story.read_line(), "uts.nodename in child:  x");
  EXPECT_EQ(story.read_line(), "uts.nodename in parent: " + own_nodename());
  return pid;
}

/// How a story ends when `signal` goes to nsplay.
int status_after_signal_to_nsplay(int signal) {
  RunningNsplay nsplay = start_nsplay({"create", "--hostname", "x"});
  const pid_t pid = read_beginning(nsplay.out());
  nsplay.send_signal(signal);
  const RunResult result = nsplay.finish();
  EXPECT_EQ(result.out, "child has terminated\n");
  EXPECT_NE(::kill(pid, 0), 0);
  return result.status;
}

/// How a story ends when `signal` goes to the child.
int status_after_signal_to_child(int signal) {
  RunningNsplay nsplay = start_nsplay({"create", "--hostname", "x"});
  const pid_t pid = read_beginning(nsplay.out());
  EXPECT_EQ(::kill(pid, signal), 0);
  const RunResult result = nsplay.finish();
  EXPECT_EQ(result.out, "child has terminated\n");
  return result.status;
}

TEST_F(Story, HasTheFourLinesOfTheSeed) {
  const RunResult result = run_nsplay({"create", "--hostname", "x", "--for", "1s"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, note_for_caller());
  const pid_t pid = leading_pid(
      std::string_view(result.out).substr(std::string_view("clone() returned ").size()));
  EXPECT_GT(pid, 0);
  EXPECT_EQ(result.out, whole_story(pid));
}

TEST_F(Story, HasThemWhenNothingChangesTheName) {
  const RunResult result = run_nsplay({"create", "--uts", "--for", "1s"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              testing::HasSubstr("\nuts.nodename in child:  " + own_nodename() +
                                 "\nuts.nodename in parent: " + own_nodename() + "\n"));
}

TEST_F(Story, IsToldWhenTheChildIsReadyAndNotBefore) {
  RunningNsplay nsplay = start_nsplay({"create", "--hostname", "x"});
  const pid_t pid = read_pid_of_child(nsplay.out());
  const RunResult inside = run_nsplay({"join", std::to_string(pid), "--", "hostname"});
  EXPECT_EQ(inside.out, "x\n") << inside;
  nsplay.send_signal(SIGTERM);
  EXPECT_EQ(nsplay.finish().status, 0);
}

TEST_F(Story, EndsWellWithSigtermOrSigintToNsplay) {
  EXPECT_EQ(status_after_signal_to_nsplay(SIGTERM), 0);
  EXPECT_EQ(status_after_signal_to_nsplay(SIGINT), 0);
}

TEST_F(Story, EndsWellWithSigtermOrSigintToTheChild) {
  EXPECT_EQ(status_after_signal_to_child(SIGTERM), 0);
  EXPECT_EQ(status_after_signal_to_child(SIGINT), 0);
}

TEST_F(Story, TellsBy128PlusTheSignalThatTheChildWasEndedOtherwise) {
  EXPECT_EQ(status_after_signal_to_child(SIGKILL), 128 + SIGKILL);
  EXPECT_EQ(status_after_signal_to_child(SIGHUP), 128 + SIGHUP);
  EXPECT_EQ(status_after_signal_to_nsplay(SIGQUIT), 128 + SIGQUIT);
}

TEST_F(Story, HangUpThatIsIgnoredEndsNothing) {
  RunOptions options;
  options.prepare = [] { ::signal(SIGHUP, SIG_IGN); };  // nohup(1)
  RunningNsplay nsplay = start_nsplay({"create", "--hostname", "x"}, options);
  const pid_t pid = read_beginning(nsplay.out());
  EXPECT_EQ(::kill(pid, SIGHUP), 0);
  nsplay.send_signal(SIGHUP);
  // Signals are taken in the order of their numbers, so a SIGHUP that counts would come first.
  nsplay.send_signal(SIGTERM);
  EXPECT_EQ(nsplay.finish().status, 0);
}

TEST_F(Story, BackgroundJobOfAShellWithoutJobControlObeysSigint) {
  RunOptions options;
  options.prepare = [] {
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGQUIT, SIG_IGN);
  };
  RunningNsplay nsplay = start_nsplay({"create", "--hostname", "x"}, options);
  read_beginning(nsplay.out());
  nsplay.send_signal(SIGINT);
  EXPECT_EQ(nsplay.finish().status, 0);
}

TEST_F(Story, ChildInANewPidNamespaceObeysTheSameSignals) {
  RunningNsplay nsplay = start_nsplay({"create", "--pid", "--hostname", "x"});
  const pid_t pid = read_beginning(nsplay.out());
  EXPECT_EQ(::kill(pid, SIGTERM), 0);
  EXPECT_EQ(nsplay.finish().status, 0);
}

TEST_F(Story, ChildEndsWhenNsplayIsKilled) {
  for (const char* kinds : {"--uts", "--pid", "--all"}) {
    SCOPED_TRACE(kinds);
    RunningNsplay nsplay = start_nsplay({"create", kinds, "--hostname", "x"});
    const pid_t pid = read_beginning(nsplay.out());
    nsplay.send_signal(SIGKILL);
    EXPECT_EQ(nsplay.finish().status, 128 + SIGKILL);
    EXPECT_GE(wait_for_child(pid), 0);
  }
}

TEST_F(Story, CtrlCEndsTheChildAndBringsTheLastLine) {
  Pty pty;
  Subprocess nsplay = pty.start(nsplay_words({"create", "--hostname", "x"}));
  read_beginning(pty.screen());
  pty.type(ctrl_c);
  EXPECT_EQ(pty.screen().read_rest(), "child has terminated\n");
  EXPECT_EQ(nsplay.wait(), 0);
}

TEST_F(Story, ChildEndsWithItsTerminal) {
  Pty pty;
  Subprocess nsplay = pty.start(nsplay_words({"create", "--hostname", "x"}));
  read_beginning(pty.screen());
  pty.hang_up();
  EXPECT_GT(nsplay.wait(), 0);
}

TEST_F(Story, SigchldThatTheCallerIgnoresDoesNotHideTheEnd) {
  RunOptions options;
  options.prepare = [] { ::signal(SIGCHLD, SIG_IGN); };
  const RunResult result = run_nsplay({"create", "--hostname", "x", "--for", "1s"}, options);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, testing::EndsWith("\nchild has terminated\n"));
}

TEST_F(Story, EndsWithTheCauseWhenItCannotBeTold) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  const RunResult result = run_nsplay({"create", "--hostname", "x"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_EQ(result.err,
            note_for_caller() + "nsplay: write standard output: No space left on device\n");
}

TEST_F(Story, WithClosedStdoutSaysThatItIsClosed) {
  RunOptions options;
  options.prepare = [] { ::close(STDOUT_FILENO); };
  const RunResult result = run_nsplay({"create", "--hostname", "x"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_EQ(result.err, note_for_caller() + "nsplay: write standard output: Bad file descriptor\n");
}

}  // namespace
}  // namespace nsplay::test
