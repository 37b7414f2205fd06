// create --narrate and join --narrate.

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include "cli/json_shape.h"
#include "cli/narrative.h"
#include "cli/plays.h"
#include "support/cgroup.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

using Narrate = CliTest;

/// "uts: [4026531838] -> [4026532178]".
std::string move_of(Kind kind, const std::string& link_before, const std::string& link_after) {
  const std::string name(ns::name_of(kind));
  return name + ": " + link_before.substr(name.size() + 1) + " -> " +
         link_after.substr(name.size() + 1);
}

/// For RunOptions::prepare: one pipe for both, which keeps the order.
void send_errors_to_stdout() {
  must(::dup2(STDOUT_FILENO, STDERR_FILENO) >= 0, "dup2");
}

TEST_F(Narrate, TellsTheCallsOfCreateInTheirOrder) {
  const RunResult result =
      run_nsplay({"create", "--narrate", "-r", "--hostname", "x", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  Words lines = narrated_in(result.err);
  std::erase_if(lines,
                [](const std::string& line) { return line.find("setgroups") < line.size(); });
  const std::string pid = "[0-9]+";
  EXPECT_THAT(
      lines,
      ElementsAre(
          MatchesRegex("clone\\(CLONE_NEWUSER\\|CLONE_NEWUTS\\|CLONE_PIDFD\\|SIGCHLD\\) = " + pid),
          MatchesRegex("write\\(/proc/" + pid + "/uid_map, '0 [0-9]+ 1\\\\n'\\) = [0-9]+"),
          MatchesRegex("write\\(/proc/" + pid + "/gid_map, '0 [0-9]+ 1\\\\n'\\) = [0-9]+"),
          "child: sethostname('x') = 0",
          MatchesRegex("child: clone\\(CLONE_PARENT\\|CLONE_VM\\|CLONE_VFORK\\|SIGCHLD\\) = " +
                       pid),
          StartsWith("user: ["),
          StartsWith("uts: ["),
          "uts.nodename: '" + own_nodename() + "' -> 'x'",
          "child: execve('true')",
          MatchesRegex("waitid\\(" + pid + ", WEXITED\\) = 0"),
          MatchesRegex("process " + pid + ": running -> ended with status 0")))
      << result;
}

TEST_F(Narrate, IsSilentWhenNobodyAsked) {
  EXPECT_EQ(run_nsplay({"create", "-U", "-u", "--", "true"}).err, "");
}

TEST_F(Narrate, TellsEverythingBeforeTheProgramSaysAnything) {
  RunOptions options;
  options.prepare = send_errors_to_stdout;
  for (const Words& way : {Words{"-U", "-u"}, Words{"-U", "-p"}, Words{"-U", "-p", "--no-init"}}) {
    SCOPED_TRACE(testing::PrintToString(way));
    Words words = {"create", "--narrate"};
    words.insert(words.end(), way.begin(), way.end());
    words.insert(words.end(), {"--", "sh", "-c", "echo out; echo err >&2"});
    const RunResult result = run_nsplay(words, options);
    EXPECT_EQ(result.status, 0) << result;
    const Words calls = narrated_in(result.out.substr(0, result.out.find("out\n")));
    EXPECT_THAT(calls, Contains("child: execve('sh', '-c', 'echo out; echo err >&2')"));
    EXPECT_THAT(narrated_in(result.out.substr(result.out.find("out\n"))),
                ElementsAre(StartsWith("waitid("), StartsWith("process ")))
        << result;
  }
}

TEST_F(Narrate, TellsTheIdsThatTheChildHas) {
  const RunResult result = run_nsplay({"create",
                                       "--narrate",
                                       "-a",
                                       "--",
                                       "sh",
                                       "-c",
                                       "cd /proc/self/ns; readlink uts; readlink time"});
  std::istringstream links(result.out);
  for (const Kind kind : {Kind::uts, Kind::time}) {
    std::string link;
    std::getline(links, link);
    EXPECT_THAT(narrated_in(result.err),
                Contains(move_of(kind, namespace_link(::getpid(), kind), link)))
        << result;
  }
}

TEST_F(Narrate, TellsTheCallsOfJoinInTheirOrder) {
  const ns::KindSet kinds = with_privilege_for({Kind::uts});
  const ChildInNamespaces target(kinds);
  for (const Words& way : {Words{}, Words{"--no-fork"}}) {
    SCOPED_TRACE(testing::PrintToString(way));
    RunOptions options;
    options.prepare = send_errors_to_stdout;
    Words words = {"join", target.expression(), "--narrate"};
    words.insert(words.end(), way.begin(), way.end());
    words.insert(words.end(), {"--", "echo", "out"});
    const RunResult result = run_nsplay(words, options);
    EXPECT_EQ(result.status, 0) << result;
    const std::string by = way.empty() ? "child: " : "";
    const Words calls = narrated_in(result.out.substr(0, result.out.find("\nout\n") + 1));
    EXPECT_THAT(calls,
                Contains(by + "setns(pidfd of " + target.expression() + ": " + kinds.to_string() +
                         ") = 0"));
    EXPECT_THAT(calls,
                Contains(move_of(Kind::uts,
                                 namespace_link(::getpid(), Kind::uts),
                                 namespace_link(target.pid(), Kind::uts))));
    EXPECT_EQ(calls.back(), by + "execve('echo', 'out')") << result;
  }
}

TEST_F(Narrate, NamesTheCgroupThatIsEnteredByAWriteByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup cgroup("cgroup2", "nsplay-narrate");
  const ChildInNamespaces target({Kind::uts});
  cgroup.take(target.pid());
  RunOptions without_clone3;
  without_clone3.prepare = [] { deny_syscall(SYS_clone3, ENOSYS); };
  struct {
    const char* option = nullptr;
    const char* by = nullptr;
    RunOptions options;
  } const table[] = {{"--no-fork", "", {}}, {"--no-pty", "child: ", without_clone3}};
  for (const auto& row : table) {
    const RunResult result = run_nsplay(
        {"join", target.expression(), "-c", row.option, "--narrate", "--", "true"}, row.options);
    EXPECT_EQ(result.status, 0) << result;
    EXPECT_THAT(
        narrated_in(result.err),
        Contains(row.by + ("write(cgroup.procs of " + cgroup.path() + " of cgroup2, 0) = 1")))
        << result;
  }
}

/// What root may join before, others may only from the user namespace that owns it.
TEST_F(Narrate, TellsTheUserNamespaceOnTheWayAsAnother) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({.kinds = {Kind::user, Kind::net}, .inside = [] {
                                    enter_user_namespace({"0 0 1", "0 0 1", ""});
                                  }});
  const RunResult result = run_nsplay({"join",
                                       "--user=" + target.namespace_file(Kind::user),
                                       "--net=" + target.namespace_file(Kind::net),
                                       "--narrate",
                                       "--",
                                       "true"});
  EXPECT_EQ(result.status, 0) << result;
  Words moves = narrated_in(result.err);
  std::erase_if(moves, [](const std::string& line) { return !line.starts_with("user: ["); });
  const std::string own = namespace_link(::getpid(), Kind::user);
  const std::string last = namespace_link(target.pid(), Kind::user);
  if (::geteuid() == 0) {
    EXPECT_THAT(moves, ElementsAre(move_of(Kind::user, own, last)));
    return;
  }
  ASSERT_EQ(moves.size(), 2U) << result;
  const std::string between = "user:" + moves[0].substr(moves[0].find("> ") + 2);
  EXPECT_NE(between, last);
  EXPECT_THAT(moves,
              ElementsAre(move_of(Kind::user, own, between), move_of(Kind::user, between, last)));
}

TEST_F(Narrate, TellsEveryCallOfTheMountsInTheirOrder) {
  const RunResult result = run_nsplay(
      {"create", "--narrate", "--tmpfs", "/tmp", "--bind", "/etc:/tmp/x:ro", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  Words lines = narrated_in(result.err);
  std::erase_if(lines, [](const std::string& line) {
    return !line.starts_with("child: ") || line.find("clone") != std::string::npos;
  });
  EXPECT_THAT(lines,
              ElementsAre("child: mount(/, MS_REC|MS_PRIVATE) = 0",
                          "child: fsopen(tmpfs), fsmount() = 0",
                          "child: open_tree(/etc, OPEN_TREE_CLONE|AT_RECURSIVE) = 0",
                          "child: mount_setattr(/tmp/x, MOUNT_ATTR_RDONLY) = 0",
                          "child: move_mount(/tmp) = 0",
                          "child: make(/tmp/x) = 0",
                          "child: move_mount(/tmp/x) = 0",
                          "child: execve('true')"))
      << result;
}

TEST_F(Narrate, TellsEveryCallOfANewRoot) {
  const RunResult result =
      run_nsplay({"create", "--narrate", "--root", "/", "--wd", "/", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  const Words lines = narrated_in(result.err);
  const auto copied = std::find(
      lines.begin(), lines.end(), "child: open_tree(/, OPEN_TREE_CLONE|AT_RECURSIVE) = 0");
  ASSERT_GE(lines.end() - copied, 4) << result;
  EXPECT_THAT(
      Words(copied + 1, copied + 4),
      ElementsAre("child: move_mount(/) = 0", "child: pivot_root(/) = 0", "child: chdir(/) = 0"));
}

TEST_F(Narrate, TellsAFailedCallWithItsErrnoAndThenTheError) {
  RunOptions options;
  options.prepare = [] { deny_syscall(SYS_sethostname, EPERM); };
  const RunResult result = run_nsplay({"create", "--narrate", "-U", "--hostname", "x"}, options);
  EXPECT_EQ(result.status, 125) << result;
  EXPECT_EQ(narrated_in(result.err).back(),
            "child: sethostname('x') = -1 EPERM (Operation not permitted)");
  EXPECT_THAT(narrated_in(result.err), Contains(HasSubstr("sethostname")).Times(1)) << result;
  EXPECT_THAT(result.err,
              HasSubstr("\nnsplay: cannot create user, uts: sethostname 'x': Operation"));
}

TEST_F(Narrate, TellsAnExecveThatFailed) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  for (const Words& words :
       {Words{"create", "--narrate", "-U", "--", "/nowhere/x"},
        Words{"create", "--narrate", "-U", "-p", "--", "/nowhere/x"},
        Words{"join", target.expression(), "--narrate", "--", "/nowhere/x"},
        Words{"join", target.expression(), "--narrate", "-F", "--", "/nowhere/x"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const RunResult result = run_nsplay(words);
    EXPECT_EQ(result.status, 127);
    EXPECT_THAT(narrated_in(result.err).back(),
                MatchesRegex("(child: )?execve\\('/nowhere/x'\\) = -1 ENOENT \\(No such file or "
                             "directory\\)"))
        << result;
  }
}

TEST_F(Narrate, TellsAFailedClone) {
  RunOptions options;
  options.prepare = [] { deny_syscall(SYS_clone3, ENOSPC); };
  const RunResult result = run_nsplay({"create", "--narrate", "-U", "--", "true"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(narrated_in(result.err),
              ElementsAre("clone(CLONE_NEWUSER|CLONE_PIDFD|SIGCHLD) = -1 ENOSPC (No space left on "
                          "device)"));
}

TEST_F(Narrate, LeavesStdoutToTheDocument) {
  const RunResult result = run_nsplay({"create", "--narrate", "--json", "-U", "--for", "1s"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(parse_json(result.out).at("schema"), "nsplay.create/1");
  EXPECT_THAT(narrated_in(result.err), Contains(StartsWith("user: [")));
}

TEST_F(Narrate, LeavesStdoutToThePid) {
  const RunResult result = run_nsplay({"create", "--narrate", "-d", "-U"});
  const Subprocess child(leading_pid(result.out));
  EXPECT_EQ(result.out, std::to_string(child.pid()) + "\n");
  EXPECT_THAT(narrated_in(result.err), Contains("child: setsid(), dup2(/dev/null, 0 to 2) = 0"));
}

TEST_F(Narrate, IsHarmlessToATerminal) {
  const std::string hostile = "\x1b[2Jx\nnsplay: narrate: y";
  const RunResult result =
      run_nsplay({"create", "--narrate", "-U", "--hostname", hostile, "--", "true", hostile});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(is_harmless(result.err)) << result;
  EXPECT_THAT(narrated_in(result.err), Not(Contains("y")));
}

TEST_F(Narrate, ContradictsAPlan) {
  EXPECT_TRUE(fails_with(run_nsplay({"join", "1", "--narrate", "--plan"}),
                         {125, "--narrate contradicts --plan", "a plan makes no call"}));
}

}  // namespace
}  // namespace nsplay::test
