// TARGETs that are none, are gone, or may not be touched.

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "cli/cli_test.h"
#include "support/child_in_namespaces.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using BadTarget = CliTest;
using ns::Kind;

constexpr std::string_view forms =
    "a TARGET is a pid, PID:PIDFD_INODE, self, NAME, play:NAME, ENGINE:NAME, netns:NAME, "
    "KIND:[INODE], id:ID, or the path of a namespace file";

/// Both commands that take a TARGET say the same, each with its own status.
void expect_both_fail(const std::string& target,
                      const ExpectedFailure& join_failure,
                      int inspect_status) {
  SCOPED_TRACE(target);
  const std::string& cause = join_failure.error;
  EXPECT_TRUE(
      fails_with(run_nsplay({"join", target, "--", "true"}),
                 {join_failure.status, "cannot join " + target + ": " + cause, join_failure.hint}));
  EXPECT_TRUE(
      fails_with(run_nsplay({"inspect", target}),
                 {inspect_status, "cannot inspect " + target + ": " + cause, join_failure.hint}));
}

/// The highest number that no process has; they are given out from below.
pid_t free_pid() {
  pid_t pid = 4194303;
  while (::kill(pid, 0) == 0 || errno != ESRCH) {
    --pid;
  }
  return pid;
}

TEST_F(BadTarget, NumberThatIsNoPidIsRefused) {
  for (const std::string number :
       {"0", "-5", "-1", "4194304", "2147483648", "18446744073709551617"}) {
    expect_both_fail(number, {125, "'" + number + "' is not a pid", "pids go from 1 to "}, 2);
  }
}

TEST_F(BadTarget, TextThatIsNoTargetIsRefused) {
  for (const std::string text :
       {"a text", "4711,", "1:", ":1", "1:x", "1:2:3", "play:", "+5", "1 "}) {
    expect_both_fail(text, {125, "'" + text + "' is not a TARGET", std::string(forms)}, 2);
  }
}

TEST_F(BadTarget, PidThatNobodyHasIsSaidToBeFree) {
  const std::string pid = std::to_string(free_pid());
  const ExpectedFailure failure{125, "no process has pid " + pid + ": No such process", ""};
  expect_both_fail(pid, failure, 1);
  expect_both_fail(pid + ":7", failure, 1);
}

TEST_F(BadTarget, PidThatAnotherProcessHasByNowIsRefused) {
  const std::string own = std::to_string(::getpid());
  const std::string target = own + ":1";
  if (!reason_without(pidfd_inode).empty()) {
    expect_both_fail(
        target,
        {125, "this kernel gives a pidfd no inode of its own", "PID:PIDFD_INODE needs Linux 6.9"},
        2);
    return;
  }
  const RunResult result = run_nsplay({"join", target, "--", "true"});
  EXPECT_TRUE(fails_between(result,
                            125,
                            "cannot join " + target + ": pid " + own + " has pidfd inode ",
                            ", not 1: No such process"));
  EXPECT_THAT(result.err, testing::HasSubstr("hint: the process you mean has ended"));
  EXPECT_EQ(run_nsplay({"inspect", target}).status, 1);
}

TEST_F(BadTarget, SelfCannotBeJoined) {
  EXPECT_TRUE(fails_with(
      run_nsplay({"join", "self", "--", "true"}),
      {125, "cannot join self: 'self' is nsplay's own process", "name another process"}));
}

TEST_F(BadTarget, FileThatIsNoNamespaceIsRefused) {
  const TemporaryDirectory scratch;
  const std::string fifo = scratch.path() + "/fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0666), 0);
  const std::string own = "/proc/" + std::to_string(::getpid());
  for (const std::string& path : {scratch.file("text", "no namespace", 0644),
                                  scratch.path(),
                                  fifo,
                                  std::string("/dev/null"),
                                  own + "/ns",
                                  own + "/status"}) {
    expect_both_fail(path, {125, "'" + path + "' is not a namespace file", "/proc/PID/ns/KIND"}, 2);
  }
}

TEST_F(BadTarget, FileThatIsNotThereIsRefused) {
  expect_both_fail(
      "/nonexistent/ns", {125, "open /nonexistent/ns: No such file or directory", ""}, 1);
}

TEST_F(BadTarget, NetnsThatIsNotThereIsSaidToBeMissing) {
  expect_both_fail("netns:no-such-netns",
                   {125,
                    "open /run/netns/no-such-netns: No such file or directory",
                    "ip netns list shows the names that there are"},
                   1);
}

TEST_F(BadTarget, FileThatMayNotBeReachedIsRefused) {
  const TemporaryDirectory scratch;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0), 0);
  const std::string path = scratch.path() + "/file";
  RunOptions options;
  options.as = ::geteuid() == 0 ? RunAs::nobody : RunAs::caller;
  EXPECT_TRUE(fails_between(run_nsplay({"join", path, "--", "true"}, options),
                            125,
                            "cannot join " + path + ": ",
                            ": Permission denied"));
  EXPECT_TRUE(fails_between(run_nsplay({"inspect", path}, options),
                            2,
                            "cannot inspect " + path + ": ",
                            ": Permission denied"));
}

TEST_F(BadTarget, ZombieIsCalledOneByJoinAndShownByInspect) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const std::string pid = target.expression();
  target.kill_without_reaping();
  EXPECT_TRUE(fails_with(run_nsplay({"join", pid, "--", "true"}),
                         {125,
                          "cannot join " + pid + ": process " + pid + " is a zombie",
                          "it has ended, and its namespaces went with it"}));
  const RunResult inspected = run_nsplay({"inspect", pid});
  EXPECT_EQ(inspected.status, 0);
  EXPECT_THAT(inspected.out, testing::HasSubstr(pid + " (zombie)"));
}

TEST_F(BadTarget, DeadProcessIsNobody) {
  ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const std::string pid = target.expression();
  target.end();
  expect_both_fail(pid, {125, "no process has pid " + pid + ": No such process", ""}, 1);
}

TEST_F(BadTarget, NothingToJoinIsAnErrorThatSaysSo) {
  const std::string own = std::to_string(::getpid());
  const std::string uts = "/proc/" + own + "/ns/uts";
  const std::string link = namespace_link(::getpid(), Kind::uts);
  EXPECT_TRUE(fails_with(
      run_nsplay({"join", own, "--", "true"}),
      {125,
       "cannot join " + own + ": nothing to join: you are in every namespace of process " + own +
           " already",
       ""}));
  EXPECT_TRUE(fails_with(
      run_nsplay({"join", own, "-u", "--", "true"}),
      {125,
       "cannot join " + own + ": nothing to join: you are in the uts namespace of process " + own +
           " already",
       ""}));
  EXPECT_TRUE(fails_with(
      run_nsplay({"join", uts, "--", "true"}),
      {125, "cannot join " + uts + ": nothing to join: you are in " + link + " already", ""}));
}

TEST_F(BadTarget, FileOfOneKindHasNoOther) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const std::string path = target.namespace_file(Kind::uts);
  const std::string link = namespace_link(target.pid(), Kind::uts);
  EXPECT_TRUE(fails_with(run_nsplay({"join", path, "-n", "--", "true"}),
                         {125, "cannot join " + path + ": " + link + " is no net namespace", ""}));
}

TEST_F(BadTarget, OfRootIsRefusedToAnOrdinaryUserWithCauseAndCureByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::uts});
  const std::string pid = target.expression();
  RunOptions options;
  options.as = RunAs::nobody;
  const RunResult result = run_nsplay({"join", pid, "--", "id"}, options);
  EXPECT_TRUE(fails_between(result, 125, "cannot join " + pid + ": ", ": Permission denied"));
  EXPECT_THAT(
      result.err,
      testing::HasSubstr("\nhint: process " + pid + " belongs to root (uid 0) and you are "));
  EXPECT_THAT(result.err, testing::HasSubstr("; run as root"));
}

TEST_F(BadTarget, NamespaceFileOfRootIsRefusedToAnOrdinaryUserWithTheRuleByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::net});
  const MountedNamespace mounted(target.pid(), Kind::net);
  const std::string& path = mounted.path();
  RunOptions options;
  options.as = RunAs::nobody;
  const RunResult result = run_nsplay({"join", path, "--", "id"}, options);
  EXPECT_TRUE(
      fails_between(result, 125, "cannot join " + path + ": ", ": Operation not permitted"));
  EXPECT_THAT(result.err,
              testing::HasSubstr("\nhint: " + namespace_link(target.pid(), Kind::net) +
                                 " is owned by " + namespace_link(::getpid(), Kind::user)));
}

}  // namespace
}  // namespace nsplay::test
