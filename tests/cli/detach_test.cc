// `nsplay create -d`: a child that lives on by itself.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <map>

#include "cli/cli_test.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/pty.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Detach = CliTest;

/// For RunOptions::prepare: a caller who forgot to close something.
void leave_descriptor_9_open() {
  must(::dup2(::open("/dev/zero", O_RDONLY | O_CLOEXEC), 9) == 9, "dup2");
}

TEST_F(Detach, PrintsThePidAndNothingElse) {
  const RunResult result = run_nsplay({"create", "-d", "--hostname", "x"});
  const Subprocess child(leading_pid(result.out));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, std::to_string(child.pid()) + "\n");
  EXPECT_EQ(result.err, note_for_caller());
  EXPECT_EQ(::kill(child.pid(), 0), 0);
}

TEST_F(Detach, HasSetTheNamesWhenItReturns) {
  const Subprocess child = create_detached({"--hostname", "x", "--domainname", "example.org"});
  const RunResult inside = run_nsplay({"join",
                                       std::to_string(child.pid()),
                                       "--",
                                       "cat",
                                       "/proc/sys/kernel/hostname",
                                       "/proc/sys/kernel/domainname"});
  EXPECT_EQ(inside.out, "x\nexample.org\n") << inside;
}

TEST_F(Detach, HasWrittenTheMapsWhenItReturns) {
  REQUIRE_USER_NAMESPACES();
  const Subprocess child = create_detached({"--user"});
  EXPECT_FALSE(read_process_file(child.pid(), "uid_map").empty());
  EXPECT_FALSE(read_process_file(child.pid(), "gid_map").empty());
}

TEST_F(Detach, ChildHasItsOwnSessionAndKeepsNothingOfItsMaker) {
  RunOptions options;
  options.prepare = leave_descriptor_9_open;
  const RunResult result = run_nsplay({"create", "-d", "--hostname", "x"}, options);
  const Subprocess child(leading_pid(result.out));
  EXPECT_EQ(stat_field(child.pid(), 6), std::to_string(child.pid()));
  EXPECT_EQ(read_process_link(child.pid(), "cwd"), "/");
  EXPECT_TRUE(eventually([&] { return has_null_streams_and_no_file(child.pid()); }))
      << testing::PrintToString(descriptors_of(child.pid()));
}

TEST_F(Detach, ProgramHasItsOwnSessionAndKeepsNothingOfItsMaker) {
  RunOptions options;
  options.prepare = leave_descriptor_9_open;
  const RunResult result =
      run_nsplay({"create", "-d", "--hostname", "x", "--", "sleep", "1000"}, options);
  const Subprocess child(leading_pid(result.out));
  EXPECT_EQ(stat_field(child.pid(), 6), std::to_string(child.pid()));
  // The loader has its libraries open for a moment.
  const std::map<int, std::string> streams = {{0, "/dev/null"}, {1, "/dev/null"}, {2, "/dev/null"}};
  EXPECT_TRUE(eventually([&] { return descriptors_of(child.pid()) == streams; }))
      << testing::PrintToString(descriptors_of(child.pid()));
  EXPECT_EQ(read_process_file(child.pid(), "comm"), "sleep\n");
}

TEST_F(Detach, LeavesTheStreamsOfItsMakerAlone) {
  // Who reads nsplay's output gets its end, though the child lives on: run_nsplay returned.
  const Subprocess child = create_detached({"--pid", "--", "sleep", "1000"});
  EXPECT_EQ(::kill(child.pid(), 0), 0);
}

TEST_F(Detach, ChildSurvivesTheHangUpOfItsTerminal) {
  Pty pty;
  Subprocess nsplay = pty.start(nsplay_words({"create", "-d", "--hostname", "x"}));
  const std::string note = note_for_caller();
  if (!note.empty()) {
    EXPECT_EQ(pty.screen().read_line() + "\n", note);
  }
  Subprocess child(leading_pid(pty.screen().read_line()));
  EXPECT_EQ(nsplay.wait(), 0);
  pty.hang_up();
  // SIGHUP would have come first, and would make it 129.
  child.send_signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Detach, ChildEndsOnSigterm) {
  for (const char* kinds : {"--uts", "--pid"}) {
    SCOPED_TRACE(kinds);
    Subprocess child = create_detached({kinds});
    child.send_signal(SIGTERM);
    EXPECT_EQ(child.wait(), 0);
  }
}

TEST_F(Detach, ChildEndsWhenItsTimeIsUp) {
  Subprocess child = create_detached({"--uts", "--for", "1s"});
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Detach, LeavesNoChildWhenItsPidCannotBeTold) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  const RunResult result = run_nsplay({"create", "-d", "--hostname", "x"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_EQ(result.err,
            note_for_caller() + "nsplay: write standard output: No space left on device\n");
  EXPECT_THAT(children_of(::getpid()), testing::IsEmpty());
}

TEST_F(Detach, LeavesNoChildWhenNobodyReadsItsPid) {
  RunOptions options;
  options.prepare = write_to_closed_pipe;
  for (const Words& words : {Words{"create", "-d", "--hostname", "x"},
                             Words{"create", "-d", "--hostname", "x", "--json"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const RunResult result = run_nsplay(words, options);
    EXPECT_EQ(result.status, 125);
    EXPECT_THAT(result.err, testing::EndsWith("write standard output: Broken pipe\n"));
    EXPECT_THAT(children_of(::getpid()), testing::IsEmpty());
  }
}

TEST_F(Detach, FailsLikeTheForegroundDoes) {
  EXPECT_TRUE(
      fails_with(run_nsplay({"create", "-d", "--hostname", ""}), {125, "--hostname is empty", ""}));
}

}  // namespace
}  // namespace nsplay::test
