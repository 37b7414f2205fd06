// `nsplay create -- PROGRAM`: a program in new namespaces, as if it had been started by itself.

#include <unistd.h>

#include <csignal>

#include "cli/cli_test.h"
#include "support/inside_program.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using CreateProgram = CliTest;

/// Every way in which a program can be started: guarded, by an init, as the first process.
std::vector<Words> ways() {
  return {{"--uts"}, {"--pid"}, {"--pid", "--no-init"}, {"--uts", "--no-init"}};
}

/// Those in which nsplay watches over it.
std::vector<Words> watched_ways() {
  return {{"--uts"}, {"--pid"}};
}

Words create_with(const Words& way, const Words& program) {
  Words words{"create"};
  words.insert(words.end(), way.begin(), way.end());
  words.emplace_back("--");
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

Words script(const std::string& text) {
  return {"sh", "-c", text};
}

TEST_F(CreateProgram, HasTheCallersStreamsAndNothingElseIsWrittenThere) {
  for (const Words& way : ways()) {
    SCOPED_TRACE(testing::PrintToString(way));
    RunOptions options;
    options.input = "to the program\n";
    const RunResult result =
        run_nsplay(create_with(way, script("cat; echo from the program >&2")), options);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "to the program\n");
    // The program runs already while nsplay says how.
    EXPECT_THAT(result.err,
                testing::AnyOf(note_for_caller() + "from the program\n",
                               "from the program\n" + note_for_caller()));
  }
}

TEST_F(CreateProgram, StatusIsNsplays) {
  for (const Words& way : ways()) {
    for (const int status : {0, 1, 3, 125, 126, 127, 255}) {
      SCOPED_TRACE(testing::PrintToString(way));
      const auto program = inside("exit", {std::to_string(status)});
      EXPECT_EQ(run_nsplay(create_with(way, program)).status, status);
    }
  }
}

TEST_F(CreateProgram, SignalThatEndedItIsStatus128PlusItsNumber) {
  for (const Words& way : watched_ways()) {
    for (const int signal : {SIGTERM, SIGKILL, SIGSEGV, SIGPIPE}) {
      SCOPED_TRACE(testing::PrintToString(way));
      const auto program = inside("die", {std::to_string(signal)});
      EXPECT_EQ(run_nsplay(create_with(way, program)).status, 128 + signal);
    }
  }
}

TEST_F(CreateProgram, IsNotTheInitOfItsPidNamespace) {
  const RunResult result = run_nsplay(create_with({"--pid"}, script("echo $$")));
  EXPECT_NE(result.out, "1\n");
  EXPECT_GT(leading_pid(result.out), 1);
}

TEST_F(CreateProgram, IsTheInitOfItsPidNamespaceWithNoInit) {
  const RunResult result = run_nsplay(create_with({"--pid", "--no-init"}, script("echo $$")));
  EXPECT_EQ(result.out, "1\n");
}

TEST_F(CreateProgram, FindsItsOwnEnvironmentInThatOfTheInit) {
  RunOptions options;
  options.environment = {{"SECRET", "a-secret"}, {"TERM", "a-terminal"}};
  const Words way = {"--mount-proc", "--clear-env", "--setenv", "NEW=new", "--unsetenv", "PATH"};
  const RunResult result = run_nsplay(create_with(way, {"/bin/cat", "/proc/1/environ"}), options);
  const std::string_view shown = result.out;
  EXPECT_EQ(shown.substr(0, shown.find_last_not_of('\0') + 1),
            std::string_view("TERM=a-terminal\0NEW=new", 23));
}

TEST_F(CreateProgram, ThatIsDetachedGivesAJoinedOneItsEnvironment) {
  RunOptions options;
  options.environment = {{"SECRET", "a-secret"}, {"TERM", "a-terminal"}};
  Words words = create_with({"--detach", "--mount-proc", "--clear-env"}, {"sleep", "60"});
  const pid_t child = leading_pid(run_nsplay(words, options).out);
  const RunResult result = run_nsplay({"join", std::to_string(child), "--", "env"}, options);
  EXPECT_THAT(result.out, testing::Not(testing::HasSubstr("SECRET")));
  EXPECT_THAT(result.out, testing::HasSubstr("TERM=a-terminal\n"));
  ::kill(child, SIGKILL);
}

TEST_F(CreateProgram, U17OrphansInItsPidNamespaceAreReaped) {
  const std::string leave_orphan = "orphan=$( (true >/dev/null & echo $!) ); ";
  const std::string await_its_end = "while kill -0 $orphan 2>/dev/null; do :; done; echo reaped";
  const RunResult result = run_nsplay(create_with({"--pid"}, script(leave_orphan + await_its_end)));
  EXPECT_EQ(result.out, "reaped\n");
}

// With unshare -p the first child is the init, and with its end no other can be made.
TEST_F(CreateProgram, U3MayForkAsOftenAsItWants) {
  const RunResult result = run_nsplay(
      {"create", "-U", "-p", "--", "sh", "-c", "(exit 0); (exit 0); sh -c 'echo third'"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(result.out, "third\n");
}

TEST_F(CreateProgram, LeavesNothingBehindInItsPidNamespace) {
  // Who reads its output gets the end only when the last process is gone.
  const RunResult result =
      run_nsplay(create_with({"--pid"}, script("sleep 1000 & echo done; exit 4")));
  EXPECT_EQ(result.status, 4);
  EXPECT_EQ(result.out, "done\n");
}

TEST_F(CreateProgram, U17GetsTheSignalsThatNsplayGets) {
  for (const Words& way : watched_ways()) {
    SCOPED_TRACE(testing::PrintToString(way));
    const std::string wait = "sleep 1000 & echo ready; wait $!";
    RunningNsplay nsplay = start_nsplay(
        create_with(way, script("trap 'kill -KILL $!; echo got it; exit 7' TERM; " + wait)));
    EXPECT_EQ(nsplay.out().read_line(), "ready");
    nsplay.send_signal(SIGTERM);
    const RunResult result = nsplay.finish();
    EXPECT_EQ(result.status, 7);
    EXPECT_EQ(result.out, "got it\n");
  }
}

TEST_F(CreateProgram, WithoutHandlerItEndsBySigterm) {
  for (const Words& way : watched_ways()) {
    SCOPED_TRACE(testing::PrintToString(way));
    RunningNsplay nsplay = start_nsplay(create_with(way, inside("wait")));
    nsplay.out().read_line_after("ready ");
    nsplay.send_signal(SIGTERM);
    EXPECT_EQ(nsplay.finish().status, 128 + SIGTERM);
  }
}

TEST_F(CreateProgram, EndsWhenNsplayIsKilled) {
  for (const Words& way : ways()) {
    SCOPED_TRACE(testing::PrintToString(way));
    RunningNsplay nsplay = start_nsplay(create_with(way, inside("wait")));
    nsplay.out().read_line_after("ready ");
    nsplay.send_signal(SIGKILL);
    // Its stdout ends with it.
    EXPECT_EQ(nsplay.finish().status, 128 + SIGKILL);
  }
}

TEST_F(CreateProgram, EndsWhenNsplayIsKilledAlsoWhenNothingTellsIt) {
  for (const Words& way : watched_ways()) {
    SCOPED_TRACE(testing::PrintToString(way));
    RunningNsplay nsplay = start_nsplay(create_with(way, inside("lose-death-signal")));
    nsplay.out().read_line_after("ready ");
    nsplay.send_signal(SIGKILL);
    EXPECT_EQ(nsplay.finish().status, 128 + SIGKILL);
  }
}

TEST_F(CreateProgram, OptionsAfterItAreItsOwn) {
  const std::string tell = "echo \"$@\"";
  const Words own = {"--json", "--help", "-d", "--", "--hostname"};
  const std::string told = "--json --help -d -- --hostname\n";
  Words with_dashes{"create", "--uts", "--", "sh", "-c", tell, "sh"};
  Words without{"create", "--uts", "sh", "-c", tell, "sh"};
  with_dashes.insert(with_dashes.end(), own.begin(), own.end());
  without.insert(without.end(), own.begin(), own.end());
  EXPECT_EQ(run_nsplay(with_dashes).out, told);
  EXPECT_EQ(run_nsplay(without).out, told);
}

TEST_F(CreateProgram, SeesTheHostnameFromItsBeginning) {
  const RunResult result = run_nsplay({"create", "--hostname", "inside", "hostname"});
  EXPECT_EQ(result.out, "inside\n");
  EXPECT_EQ(result.status, 0);
}

TEST_F(CreateProgram, OfAnOrdinaryUserIsRootInside) {
  if (::geteuid() != 0) {
    REQUIRE_USER_NAMESPACES();
  }
  const RunResult result = run_nsplay({"create", "--uts", "--", "id", "-u"});
  EXPECT_EQ(result.out, "0\n");
  EXPECT_EQ(result.err, note_for_caller());
}

TEST_F(CreateProgram, OfAnOrdinaryUserWithAUserNamespaceNeedsNoNote) {
  REQUIRE_USER_NAMESPACES();
  const RunResult result = run_nsplay({"create", "--user", "--uts", "--", "id", "-u"});
  EXPECT_EQ(result.out, "0\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(CreateProgram, BeginsWithNoSignalBlockedOrIgnored) {
  for (const Words& way : ways()) {
    SCOPED_TRACE(testing::PrintToString(way));
    const InsideReport report(run_nsplay(create_with(way, inside("report"))).out);
    EXPECT_EQ(report["blocked"], "0000000000000000");
    EXPECT_EQ(report["ignored"], "0000000000000000");
  }
}

TEST_F(CreateProgram, ThatReadsLittleDoesNotDisturbAWriterInAPipe) {
  // sh ends without having read what is in the pipe.
  RunOptions options;
  options.input = "first\nsecond\n";
  const RunResult result =
      run_nsplay(create_with({"--uts"}, script("read line; echo $line")), options);
  EXPECT_EQ(result.out, "first\n");
  EXPECT_EQ(result.status, 0);
}

}  // namespace
}  // namespace nsplay::test
