// A joined program on a terminal of its own: that nothing of it reaches the user's, and that the
// user's is what it was afterwards.

#include "support/pty.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>

#include "cli/cli_test.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;
using testing::MatchesRegex;

class OwnTerminal : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    target_.emplace(with_privilege_for({Kind::uts}));
  }
  void TearDown() override {
    target_.reset();
    CliTest::TearDown();
  }

  [[nodiscard]] Words joining(const Words& program, const Words& options = {}) const {
    Words words = nsplay_words({"join", target_->expression()});
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("--");
    words.insert(words.end(), program.begin(), program.end());
    return words;
  }

 private:
  std::optional<ChildInNamespaces> target_;
};

Words shell(const std::string& text) {
  return {"sh", "-c", text};
}

/// The program has a session of its own, the guard has not.
std::optional<pid_t> guard_of(pid_t nsplay) {
  const auto children = children_of(nsplay);
  const auto guard = std::find_if(children.begin(), children.end(), [&](pid_t child) {
    return stat_field(child, 6) == stat_field(nsplay, 6);
  });
  return guard == children.end() ? std::nullopt : std::optional(*guard);
}

void mount_devpts() {
  must(::mount("none", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=620") == 0,
       "mount devpts");
}

TEST_F(OwnTerminal, IsAnotherOneWithTheSizeOfTheUsers) {
  Pty pty;
  pty.resize(50, 132);
  Subprocess nsplay = pty.start(joining(shell("tty; stty size")));
  const std::string name = pty.screen().read_line();
  EXPECT_THAT(name, MatchesRegex("/dev/pts/[0-9]+"));
  EXPECT_NE(name, pty.path());
  EXPECT_EQ(pty.screen().read_line(), "50 132");
  EXPECT_EQ(nsplay.wait(), 0);
}

TEST_F(OwnTerminal, HasTheSizeOfTheUsersWhicheverStreamThatIs) {
  for (const char* redirection : {"</dev/null", "</dev/null >/dev/null"}) {
    SCOPED_TRACE(redirection);
    Pty pty;
    pty.resize(50, 132);
    Words words = shell(R"("$@" )" + std::string(redirection));
    words.emplace_back("sh");
    for (const std::string& word : joining(shell("[ \"$(stty size)\" = '50 132' ]"), {"--pty"})) {
      words.push_back(word);
    }
    EXPECT_EQ(pty.start(words).wait(), 0);
  }
}

TEST_F(OwnTerminal, IsNotThereWhenOneStreamIsNoTerminal) {
  for (const char* redirection : {"</dev/null", ">/dev/null", "2>/dev/null"}) {
    SCOPED_TRACE(redirection);
    Pty pty;
    Words words = shell(R"("$@" )" + std::string(redirection));
    words.emplace_back("sh");
    for (const std::string& word :
         joining(shell("for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done >/dev/tty"))) {
      words.push_back(word);
    }
    Subprocess nsplay = pty.start(words);
    EXPECT_THAT(pty.screen().read_rest(), HasSubstr(pty.path() + "\n"));
    EXPECT_EQ(nsplay.wait(), 0);
  }
}

TEST_F(OwnTerminal, IsOfTheTargetsDevptsWithTheUserAsOwner) {
  const ChildInNamespaces target(
      {.kinds = {Kind::user, Kind::mnt}, .inside = [] { mount_devpts(); }});
  Pty pty;
  Subprocess nsplay = pty.start(
      nsplay_words({"join", target.expression(), "--", "sh", "-c", "tty; stat -c %u $(tty)"}));
  EXPECT_EQ(pty.screen().read_line(), "/dev/pts/0");
  EXPECT_EQ(pty.screen().read_line(), "0");
  EXPECT_EQ(nsplay.wait(), 0);
}

TEST_F(OwnTerminal, IsOneOfTheCallersWithANoteWhenTheTargetHasNone) {
  const ChildInNamespaces target({.kinds = with_privilege_for({Kind::mnt}), .inside = [&] {
                                    must(::mount("none", "/dev", "tmpfs", 0, nullptr) == 0,
                                         "mount");
                                    must(::mkdir("/dev/pts", 0755) == 0, "mkdir");
                                    // A link that would lead out, and a file that is no terminal at
                                    // all.
                                    must(::symlink("/proc/self/fd/0", "/dev/ptmx") == 0, "symlink");
                                    must(::mkfifo("/dev/pts/ptmx", 0666) == 0, "mkfifo");
                                  }});
  Pty pty;
  Subprocess nsplay =
      pty.start(nsplay_words({"join", target.expression(), "--", "sh", "-c", "stty size"}));
  EXPECT_THAT(pty.screen().read_line(),
              HasSubstr("note: the program's terminal is one of your /dev, and has no name there: "
                        "dev/pts/ptmx is no pty multiplexer"));
  EXPECT_EQ(pty.screen().read_line(), "24 80");
  EXPECT_EQ(nsplay.wait(), 0);
}

/// CVE-2016-2781 and its like: what is typed by TIOCSTI comes to whoever reads next.
TEST_F(OwnTerminal, KeepsInputThatTheProgramTypesAwayFromTheUsers) {
  REQUIRE_TIOCSTI();
  struct {
    const char* option;
    const char* line;
  } const table[] = {{"--pty", "mine"}, {"--no-pty", "pushed"}};
  for (const auto& row : table) {
    SCOPED_TRACE(row.option);
    Pty pty;
    Words words = shell(R"("$@" && echo ready && read line && echo "got $line")");
    words.emplace_back("sh");
    for (const std::string& word : joining(inside("push-input", {"pushed\n"}), {row.option})) {
      words.push_back(word);
    }
    Subprocess nsplay = pty.start(words);
    pty.screen().read_line_after("ready");
    pty.type("mine\n");
    EXPECT_EQ(pty.screen().read_line_after("got "), row.line);
    EXPECT_EQ(nsplay.wait(), 0);
  }
}

TEST_F(OwnTerminal, ShowsAllThatTheProgramWritesBeforeItsEnd) {
  Pty pty;
  Subprocess nsplay = pty.start(joining(shell("stty -opost; seq 200000; exit 3")));
  std::string expected;
  for (int i = 1; i <= 200000; ++i) {
    expected += std::to_string(i) + "\n";
  }
  EXPECT_EQ(pty.screen().read_rest(), expected);
  EXPECT_EQ(nsplay.wait(), 3);
}

/// One '\r' for each line: the user's terminal adds none as long as it is raw.
TEST_F(OwnTerminal, LeavesTheUsersRawUntilAllIsShown) {
  std::string expected;
  for (int i = 1; i <= 200000; ++i) {
    expected += std::to_string(i) + "\r\n";
  }
  for (int attempt = 0; attempt < 3; ++attempt) {
    Pty pty;
    Words words = shell(R"(stty opost onlcr && exec "$@")");
    words.emplace_back("sh");
    for (const std::string& word : joining({"seq", "200000"})) {
      words.push_back(word);
    }
    Subprocess nsplay = pty.start(words);
    EXPECT_TRUE(pty.screen().read_rest() == expected);
    EXPECT_EQ(nsplay.wait(), 0);
  }
}

TEST_F(OwnTerminal, EndsWithTheProgramThoughAnOrphanStillHasIt) {
  Pty pty;
  Subprocess nsplay = pty.start(joining(inside("outlive")));
  EXPECT_EQ(nsplay.wait(), 0);
  for (const pid_t orphan : children_of(::getpid())) {
    if (stat_field(orphan, 6) != stat_field(::getpid(), 6)) {
      // Its terminal was hung up.
      Subprocess(orphan).wait();
    }
  }
}

TEST_F(OwnTerminal, LeavesTheUsersRawWhileItRunsAndAsItWasAfterwards) {
  struct {
    std::string program;
    int status;
  } const table[] = {{"read x; exit 4", 4},
                     {"read x; kill -SEGV $$", 128 + SIGSEGV},
                     {"stty raw -echo; read x; kill -KILL $$", 128 + SIGKILL}};
  for (const auto& row : table) {
    SCOPED_TRACE(row.program);
    Pty pty;
    const std::string before = pty.settings();
    Subprocess nsplay = pty.start(joining(shell("echo ready; " + row.program)));
    EXPECT_EQ(pty.screen().read_line_after("ready"), "");
    EXPECT_TRUE(eventually([&] { return pty.is_raw(); }));
    pty.type("\n");
    EXPECT_EQ(nsplay.wait(), row.status);
    EXPECT_EQ(pty.settings(), before);
  }
}

TEST_F(OwnTerminal, GivesTheUsersBackWhenNsplayIsEnded) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    SCOPED_TRACE(signal);
    Pty pty;
    const std::string before = pty.settings();
    Subprocess nsplay = pty.start(joining(inside("wait")));
    pty.screen().read_line_after("ready");
    EXPECT_TRUE(eventually([&] { return pty.is_raw(); }));
    nsplay.send_signal(signal);
    EXPECT_EQ(nsplay.wait(), 128 + signal);
    EXPECT_TRUE(eventually([&] { return pty.settings() == before; }));
  }
}

/// The guard comes last here, when the shell, which does not care, has its terminal back.
TEST_F(OwnTerminal, GivesTheUsersBackAlsoToAShellThatWasFaster) {
  Pty pty;
  const std::string before = pty.settings();
  Words words{"sh", "-m", "-c", R"("$@"; echo "ended $?"; read line; echo "shell $line")", "sh"};
  for (const std::string& word : joining(shell("echo ready; exec sleep 1000"))) {
    words.push_back(word);
  }
  Subprocess outer = pty.start(words);
  pty.screen().read_line_after("ready");
  EXPECT_TRUE(eventually([&] { return pty.is_raw(); }));
  const pid_t nsplay = children_of(outer.pid()).at(0);
  const auto guard = guard_of(nsplay);
  ASSERT_TRUE(guard);
  ASSERT_EQ(::kill(*guard, SIGSTOP), 0);
  EXPECT_TRUE(eventually([&] { return stat_field(*guard, 3) == "T"; }));
  ASSERT_EQ(::kill(nsplay, SIGKILL), 0);
  EXPECT_EQ(pty.screen().read_line_after("ended "), std::to_string(128 + SIGKILL));
  EXPECT_EQ(stat_field(outer.pid(), 8), stat_field(outer.pid(), 5));
  ASSERT_EQ(::kill(*guard, SIGCONT), 0);
  EXPECT_TRUE(eventually([&] { return pty.settings() == before; }));
  pty.type("mine\n");
  EXPECT_EQ(pty.screen().read_line_after("shell "), "mine");
  EXPECT_EQ(outer.wait(), 0);
}

TEST_F(OwnTerminal, GivesTheUsersBackWhileNsplayIsStopped) {
  Pty pty;
  const std::string before = pty.settings();
  Subprocess nsplay = pty.start(joining(shell("echo ready; read line; echo got $line")));
  pty.screen().read_line_after("ready");
  EXPECT_TRUE(eventually([&] { return pty.is_raw(); }));
  nsplay.send_signal(SIGTSTP);
  EXPECT_NE(nsplay.wait_for_stop(), 0);
  EXPECT_EQ(pty.settings(), before);
  nsplay.send_signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return pty.is_raw(); }));
  pty.type("this\n");
  EXPECT_EQ(pty.screen().read_line_after("got "), "this");
  EXPECT_EQ(nsplay.wait(), 0);
}

TEST_F(OwnTerminal, ShowsAllThatTheProgramWroteBeforeItStopped) {
  Pty pty;
  Subprocess nsplay = pty.start(joining(shell("echo before; kill -STOP $$; echo after")));
  EXPECT_NE(nsplay.wait_for_stop(), 0);
  EXPECT_EQ(pty.screen().read_line(), "before");
  nsplay.send_signal(SIGCONT);
  EXPECT_EQ(pty.screen().read_line(), "after");
  EXPECT_EQ(nsplay.wait(), 0);
}

TEST_F(OwnTerminal, LeavesTheUsersAloneInTheBackgroundUntilItIsBroughtForward) {
  Pty pty;
  const std::string before = pty.settings();
  Words words{"sh",
              "-m",
              "-c",
              R"("$@" & read line; echo "shell $line"; fg >/dev/null; echo "ended $?")",
              "sh"};
  for (const std::string& word : joining(shell("echo ready; read line; echo got $line; exit 6"))) {
    words.push_back(word);
  }
  Subprocess nsplay = pty.start(words);
  pty.screen().read_line_after("ready");
  EXPECT_EQ(pty.settings(), before);
  pty.type("mine\n");
  EXPECT_EQ(pty.screen().read_line_after("shell "), "mine");
  EXPECT_TRUE(eventually([&] { return pty.is_raw(); }));
  pty.type("yours\n");
  EXPECT_EQ(pty.screen().read_line_after("got "), "yours");
  EXPECT_EQ(pty.screen().read_line_after("ended "), "6");
  EXPECT_EQ(nsplay.wait(), 0);
}

/// As a shell with a line editor has it while it waits for the next command.
TEST_F(OwnTerminal, HasNotTheSettingsOfAShellThatEditsALine) {
  Pty pty;
  const char* const script =
      "stty -icanon -echo -icrnl; \"$@\" & read line; stty icanon echo icrnl; "
      "fg >/dev/null; echo \"ended $?\"";
  Words words{"sh", "-m", "-c", script, "sh"};
  for (const std::string& word :
       joining(shell("echo ready; read line; stty -a | tr ' ' '\\n' | grep -x -e icanon -e "
                     "-icanon | sed 's/^/mode /'; exit 6"))) {
    words.push_back(word);
  }
  Subprocess nsplay = pty.start(words);
  pty.screen().read_line_after("ready");
  pty.type("mine\n");
  EXPECT_TRUE(eventually([&] { return pty.is_raw(); }));
  pty.type("yours\n");
  EXPECT_EQ(pty.screen().read_line_after("mode "), "icanon");
  EXPECT_EQ(pty.screen().read_line_after("ended "), "6");
  EXPECT_EQ(nsplay.wait(), 0);
}

TEST_F(OwnTerminal, CtrlZStopsWhatAShellInsideRunsOnly) {
  Pty pty;
  Subprocess nsplay = pty.start(
      joining({"sh", "-m", "-c", "cat; echo stopped $?; fg >/dev/null; echo ended $?; exit 7"}));
  pty.type("before\n");
  EXPECT_EQ(pty.screen().read_line_after("before"), "");
  pty.type(ctrl_z);
  EXPECT_EQ(pty.screen().read_line_after("stopped "), std::to_string(128 + SIGTSTP));
  EXPECT_NE(stat_field(nsplay.pid(), 3), "T");
  pty.type("after\n");
  EXPECT_EQ(pty.screen().read_line_after("after"), "");
  pty.type(ctrl_d);
  EXPECT_EQ(pty.screen().read_line_after("ended "), "0");
  EXPECT_EQ(nsplay.wait(), 7);
}

/// A terminal takes an incomplete last line for no end yet.
TEST_F(OwnTerminal, EndsAlsoAfterALineThatIsNotComplete) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const RunResult result = run_nsplay(
      {"join", target.expression(), "--pty", "--", "sh", "-c", "stty -echo; cat; exit 9"},
      {.input = "typed"});
  EXPECT_EQ(result.status, 9) << result;
  EXPECT_THAT(result.out, HasSubstr("typed")) << result;
}

TEST_F(OwnTerminal, IsForcedInAPipe) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const RunResult result =
      run_nsplay({"join", target.expression(), "--pty", "--", "sh", "-c", "cat; tty; exit 9"},
                 {.input = "typed\n"});
  EXPECT_EQ(result.status, 9) << result;
  // First the terminal's own echo, which comes at any time before what cat has read.
  EXPECT_THAT(result.out, MatchesRegex("typed\r\ntyped\r\n/dev/pts/[0-9]+\r\n")) << result;
}

TEST_F(OwnTerminal, IsHungUpWhenNobodyReadsItsOutput) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const RunResult result = run_nsplay({"join", target.expression(), "--pty", "--", "yes"},
                                      {.prepare = &write_to_closed_pipe});
  EXPECT_EQ(result.status, 128 + SIGHUP) << result;
}

TEST_F(OwnTerminal, IsNotBothWantedAndUnwanted) {
  EXPECT_TRUE(fails_with(run_nsplay({"join", "1", "--pty", "--no-pty"}),
                         {125, "--pty contradicts --no-pty", "leave one of them out"}));
}

TEST_F(OwnTerminal, IsMissedWithACureWhereThereIsNoDevByRoot) {
  const TemporaryDirectory empty;
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  REQUIRE_ROOT();
  const RunResult result =
      run_nsplay({"join", target.expression(), "-u", "--pty", "--", "true"}, {.prepare = [] {
                   unshare_or_end({Kind::mnt});
                   must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount");
                   must(::mount("none", "/dev", "tmpfs", 0, nullptr) == 0, "mount");
                 }});
  EXPECT_TRUE(fails_between(result, 125, "cannot join", "No such file or directory")) << result;
  EXPECT_THAT(result.err, HasSubstr("--no-pty gives it yours"));
}

}  // namespace
}  // namespace nsplay::test
