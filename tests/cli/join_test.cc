// `nsplay join`: what a program gets that runs in the namespaces of another process.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "cli/cli_test.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Join = CliTest;
using ns::Kind;

TargetOptions renamed() {
  TargetOptions options;
  options.kinds = with_privilege_for({Kind::uts, Kind::ipc});
  options.inside = [] { must(::sethostname("inside", 6) == 0, "sethostname"); };
  return options;
}

Words join(const ChildInNamespaces& target, const Words& program) {
  Words words{"join", target.expression(), "--"};
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

/// The option of a kind, and for an ordinary user that of the user namespace.
Words options_of(Kind kind) {
  Words options;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (with_privilege_for({kind}).contains(info.kind)) {
      options.push_back("--" + std::string(info.option));
    }
  }
  return options;
}

TEST_F(Join, RunsTheProgramInEveryNamespaceThatDiffers) {
  const ChildInNamespaces target(renamed());
  const InsideReport report(run_nsplay(join(target, inside("report"))).out);
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_EQ(report.link(info.kind), namespace_link(target.pid(), info.kind));
  }
}

TEST_F(Join, RunsItInTheChosenNamespacesOnly) {
  const ChildInNamespaces target(renamed());
  Words words{"join", target.expression()};
  const Words options = options_of(Kind::uts);
  const Words program = inside("report");
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), program.begin(), program.end());
  const InsideReport report(run_nsplay(words).out);
  EXPECT_EQ(report.link(Kind::uts), namespace_link(target.pid(), Kind::uts));
  EXPECT_EQ(report.link(Kind::ipc), namespace_link(::getpid(), Kind::ipc));
}

TEST_F(Join, N7AllIsTheSameAsNoOptionAndWhatIsSharedIsSkipped) {
  const ChildInNamespaces target(renamed());
  for (const char* option : {"-a", "--all", "-uiU"}) {
    EXPECT_EQ(run_nsplay({"join", target.expression(), option, "hostname"}).out, "inside\n");
  }
}

TEST_F(Join, TakesANamespaceFileByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(renamed());
  const std::string path = target.namespace_file(Kind::uts);
  EXPECT_EQ(run_nsplay({"join", path, "--", "hostname"}).out, "inside\n");
  EXPECT_EQ(run_nsplay({"join", path, "--uts", "hostname"}).out, "inside\n");
}

TEST_F(Join, TakesAUserNamespaceFileOfOnesOwn) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({Kind::user});
  const std::string path = target.namespace_file(Kind::user);
  EXPECT_EQ(run_nsplay({"join", path, "--", "id", "-u"}).out, "0\n");
}

TEST_F(Join, OfAnOrdinaryUsersOwnChildMakesHimRootThere) {
  REQUIRE_USER_NAMESPACES();
  const Subprocess child = create_detached({"--user", "--hostname", "mine"});
  const RunResult result =
      run_nsplay({"join", std::to_string(child.pid()), "--", "sh", "-c", "id -u; hostname"});
  EXPECT_EQ(result.out, "0\nmine\n");
  EXPECT_EQ(result.status, 0);
}

TEST_F(Join, OptionsSayWhereAndWithWhatTheProgramRuns) {
  const ChildInNamespaces target(renamed());
  Words words{"join",
              target.expression(),
              "-W/etc",
              "--env=clear",
              "--setenv",
              "A=b c",
              "--setenv=B=",
              "--unsetenv",
              "PATH",
              "--drop-caps=all",
              "--no-new-privs",
              "--"};
  const Words program = inside("report");
  words.insert(words.end(), program.begin(), program.end());
  const RunResult result = run_nsplay(words);
  const InsideReport report(result.out);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(report["cwd"], "/etc");
  EXPECT_EQ(report["no-new-privs"], "1");
  EXPECT_EQ(report["caps"], "0000000000000000");
  EXPECT_THAT(report.variables("A"), testing::ElementsAre("A=b c"));
  EXPECT_THAT(report.variables("B"), testing::ElementsAre("B="));
  EXPECT_THAT(report.variables("PATH"), testing::IsEmpty());
  EXPECT_THAT(report.variables("HOME"), testing::IsEmpty());
}

TEST_F(Join, WithoutProgramRunsTheShellOfTheCallerWhereItExists) {
  const ChildInNamespaces target(renamed());
  RunOptions options;
  options.environment["SHELL"] = "/bin/cat";
  options.input = "not for a shell\n";
  EXPECT_EQ(run_nsplay({"join", target.expression()}, options).out, "not for a shell\n");
}

TEST_F(Join, WithoutProgramRunsAStandardShellWhereTheCallersIsMissing) {
  const ChildInNamespaces target(renamed());
  RunOptions options;
  options.input = "hostname; exit 3\n";
  for (const auto& shell : {std::optional<std::string>("/nonexistent/shell"),
                            std::optional<std::string>(""),
                            std::optional<std::string>()}) {
    options.environment["SHELL"] = shell;
    const RunResult result = run_nsplay({"join", target.expression()}, options);
    EXPECT_EQ(result.out, "inside\n");
    EXPECT_EQ(result.status, 3);
  }
}

TEST_F(Join, StatusOfTheProgramIsNsplays) {
  const ChildInNamespaces target(renamed());
  for (const int status : {0, 1, 3, 125, 126, 127, 255}) {
    const auto program = inside("exit", {std::to_string(status)});
    EXPECT_EQ(run_nsplay(join(target, program)).status, status);
  }
  for (const int signal : {SIGTERM, SIGKILL, SIGSEGV, SIGPIPE}) {
    const auto program = inside("die", {std::to_string(signal)});
    EXPECT_EQ(run_nsplay(join(target, program)).status, 128 + signal);
  }
}

TEST_F(Join, ProgramHasTheCallersStreams) {
  const ChildInNamespaces target(renamed());
  RunOptions options;
  options.input = "to the program\n";
  const RunResult result =
      run_nsplay(join(target, {"sh", "-c", "cat; echo from the program >&2; exit 3"}), options);
  EXPECT_EQ(result.out, "to the program\n");
  EXPECT_THAT(result.err, testing::EndsWith("from the program\n"));
  EXPECT_EQ(result.status, 3);
}

TEST_F(Join, TenMegabytesGoThroughUnchanged) {
  const ChildInNamespaces target(renamed());
  const TemporaryDirectory scratch;
  std::string text;
  for (int i = 0; text.size() < 10'000'000; ++i) {
    text += std::to_string(i) + '\n';
  }
  const std::string input = scratch.file("input", text, 0644);
  const std::string output = scratch.path() + "/output";
  RunOptions options;
  Subprocess pipeline({"sh",
                       "-c",
                       R"(cat "$0" | "$1" join "$2" -- cat | cat >"$3")",
                       input,
                       nsplay_path(),
                       target.expression(),
                       output},
                      options,
                      {});
  EXPECT_EQ(pipeline.wait(), 0);
  std::ifstream file(output, std::ios::binary);
  EXPECT_TRUE(text == std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST_F(Join, NoOtherDescriptorOfTheCallerGetsIn) {
  const ChildInNamespaces target(renamed());
  RunOptions options;
  options.prepare = [] {
    must(::dup2(::open("/etc", O_RDONLY | O_CLOEXEC), 9) == 9, "dup2");
    must(::dup2(9, 100) == 100, "dup2");
  };
  const InsideReport report(run_nsplay(join(target, inside("report")), options).out);
  EXPECT_EQ(report["fds"], "0 1 2");
}

TEST_F(Join, WorksWithoutStdin) {
  const ChildInNamespaces target(renamed());
  RunOptions options;
  options.prepare = [] { ::close(STDIN_FILENO); };
  const RunResult result = run_nsplay(join(target, {"hostname"}), options);
  EXPECT_EQ(result.out, "inside\n");
  EXPECT_EQ(result.status, 0);
}

TEST_F(Join, ProgramBeginsWithNoSignalBlockedOrIgnored) {
  const ChildInNamespaces target(renamed());
  const InsideReport report(run_nsplay(join(target, inside("report"))).out);
  EXPECT_EQ(report["blocked"], "0000000000000000");
  EXPECT_EQ(report["ignored"], "0000000000000000");
}

TEST_F(Join, ProgramStaysInTheCallersSessionAndDirectoryWhenMntIsShared) {
  const ChildInNamespaces target(renamed());
  const TemporaryDirectory scratch;
  RunOptions options;
  options.directory = scratch.path();
  const InsideReport report(run_nsplay(join(target, inside("report")), options).out);
  EXPECT_EQ(report["session"], std::to_string(::getsid(0)));
  EXPECT_EQ(report["cwd"], scratch.path());
}

TEST_F(Join, OptionsAfterTheProgramAreItsOwn) {
  const ChildInNamespaces target(renamed());
  const std::string pid = target.expression();
  const std::string told = "--help -u -- --json\n";
  EXPECT_EQ(
      run_nsplay({"join", pid, "sh", "-c", "echo \"$@\"", "sh", "--help", "-u", "--", "--json"})
          .out,
      told);
  EXPECT_EQ(
      run_nsplay(
          {"join", pid, "--", "sh", "-c", "echo \"$@\"", "sh", "--help", "-u", "--", "--json"})
          .out,
      told);
}

TEST_F(Join, InADifferentPidNamespaceTheProgramIsAProcessOfIt) {
  const Subprocess child = create_detached({"--pid"});
  const RunResult result =
      run_nsplay({"join", std::to_string(child.pid()), "--", "sh", "-c", "echo $$"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, testing::MatchesRegex("[0-9]\n")) << "1 is its init, so it is 2 or 3";
}

TEST_F(Join, N12DoesNotGuessWhomToFollow) {
  const ChildInNamespaces target(renamed());
  const std::string status = "/proc/" + target.expression() + "/status";
  for (const char* call : {"openat", "read"}) {
    const RunResult result =
        run_words(words_with_injections({std::string(call) + ":error=ESRCH"},
                                        {"join", target.expression(), "-S", "follow", "--", "id"},
                                        {"status", status}));
    EXPECT_TRUE(fails_between(result, 125, "cannot join ", "No such process"));
    EXPECT_THAT(result.err, testing::HasSubstr(status));
  }
}

TEST_F(Join, KeepsQuietWhenAllIsWell) {
  const ChildInNamespaces target(renamed());
  EXPECT_EQ(run_nsplay(join(target, {"true"})).err, "");
}

}  // namespace
}  // namespace nsplay::test
