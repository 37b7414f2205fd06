// `nsplay join --plan`: what would be done, and that nothing is done.

#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <fstream>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/cgroup.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::ContainsRegex;

using JoinPlan = CliTest;

TEST_F(JoinPlan, ListsTheCallsInTheirOrder) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({Kind::user, Kind::uts, Kind::mnt});
  const RunResult result =
      run_nsplay({"join", target.expression(), "--plan", "--no-new-privs", "--", "id", "-u"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out,
              ContainsRegex("^1  setns +pidfd of " + target.expression() +
                            ": mnt, user, uts\n"
                            "2  chroot +that of the target\n"
                            "3  chdir +that of the target\n"
                            "4  clone +the program's process\n"
                            "5  setresgid +0\n"
                            "6  setresuid +0\n"
                            "7  prctl PR_SET_NO_NEW_PRIVS\n"
                            "8  execve +id -u\n$"));
}

TEST_F(JoinPlan, ListsWhatMakesTheProgramLikeTheTarget) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target(
      {.kinds = {Kind::user, Kind::uts}, .inside = [] {
         must(static_cast<bool>(std::ofstream("/proc/self/oom_score_adj") << 444 << std::flush),
              "oom_score_adj");
         must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "prctl");
       }});
  const RunResult result =
      run_nsplay({"join", target.expression(), "--as-target", "--plan", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(result.out,
              ContainsRegex("1 +write oom_score_adj +444\n"
                            "([^\n]*write the context[^\n]*\n)?"
                            "[^\n]*setns[^\n]*\n"
                            "[^\n]*clone[^\n]*\n"
                            "[^\n]*setrlimit, setpriority +limits, umask and nice value[^\n]*\n"
                            "[^\n]*drop capabilities +from the bounding set[^\n]*\n"
                            "[^\n]*setresgid +0\n"
                            "[^\n]*setresuid +0\n"
                            "[^\n]*drop capabilities +all that the target has not\n"
                            "[^\n]*prctl PR_SET_NO_NEW_PRIVS\n"
                            "[^\n]*execve +true\n"))
      << result;
}

/// What nsplay becomes was not born in the cgroup.
TEST_F(JoinPlan, WithoutForkEntersTheCgroupByAWriteByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup cgroup("cgroup2", "nsplay-plan");
  const ChildInNamespaces target({Kind::uts});
  cgroup.take(target.pid());
  const RunResult result =
      run_nsplay({"join", target.expression(), "-c", "--no-fork", "--plan", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(
      result.out,
      ContainsRegex("1 +write cgroup.procs +" + cgroup.path() + " of cgroup2\n2 +setns +pidfd"));
}

TEST_F(JoinPlan, IsJsonThatScriptsReadTheSameFrom) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({Kind::user, Kind::uts});
  const RunResult result =
      run_nsplay({"join", target.expression(), "--plan", "--json", "--", "/bin/true"});
  EXPECT_EQ(result.status, 0) << result;
  const Json json = parse_json(result.out);
  EXPECT_EQ(
      members_of(json),
      (Words{
          "schema", "target", "namespaces", "steps", "uid", "gid", "groups", "program", "notes"}));
  EXPECT_EQ(json["schema"], "nsplay.join/1");
  EXPECT_EQ(json["target"], target.expression());
  EXPECT_EQ(kinds_of(json["namespaces"]), (Words{"user", "uts"}));
  for (const Json& entry : json["namespaces"]) {
    expect_namespace(entry);
  }
  EXPECT_EQ(json["steps"].front()["call"], "setns");
  EXPECT_EQ(json["steps"].back()["call"], "execve");
  EXPECT_EQ(json["steps"].back()["subject"], "/bin/true");
  EXPECT_EQ(json["uid"], 0);
  EXPECT_EQ(json["program"], Json::array({"/bin/true"}));
}

TEST_F(JoinPlan, DoesNothing) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/made";
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const RunResult result =
      run_nsplay({"join", target.expression(), "--plan", "--", "/bin/sh", "-c", ": >" + file});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_NE(::access(file.c_str(), F_OK), 0);
}

TEST_F(JoinPlan, FailsAsTheJoinWould) {
  EXPECT_TRUE(fails_between(
      run_nsplay({"join", std::to_string(::getpid()), "--plan"}), 125, "cannot join", "already"));
}

TEST_F(JoinPlan, FailsWithADocumentThatSaysWhy) {
  const std::string own = std::to_string(::getpid());
  const RunResult result = run_nsplay({"join", own, "--plan", "--json"});
  EXPECT_EQ(result.status, 125);
  const Json json = failure_document(result);
  EXPECT_EQ(members_of(json), (Words{"schema", "target", "error"}));
  EXPECT_EQ(json["schema"], "nsplay.join/1");
  EXPECT_EQ(json["target"], own);
  EXPECT_THAT(json["error"]["message"], testing::HasSubstr("already"));
}

TEST_F(JoinPlan, AloneHasJson) {
  EXPECT_TRUE(fails_with(run_nsplay({"join", "1", "--json", "--", "true"}),
                         {125, "--json is for --plan", "the program's output is its own"}));
}

TEST_F(JoinPlan, ShowsTheOrderOfSeveralSources) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({Kind::user, Kind::net});
  const std::string path = "/proc/" + target.expression() + "/ns/";
  const RunResult result = run_nsplay(
      {"join", "--net=" + path + "net", "--user=" + path + "user", "--plan", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  // Root may join net before, anybody else only after the user namespace.
  EXPECT_THAT(result.out,
              ContainsRegex(::geteuid() == 0 ? "1  setns +net:.*\n2  setns +user:"
                                             : "1  setns +user:.*\n2  setns +net:"));
}

}  // namespace
}  // namespace nsplay::test
