// A joined program in the cgroups of the target.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "support/cgroup.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;

using JoinCgroup = LeakCheck;

ops::JoinRequest joining_cgroup(const ChildInNamespaces& target, Words program) {
  ops::JoinRequest request = joining(target.expression(), std::move(program));
  request.join_cgroup = true;
  return request;
}

Words show_own_cgroups() {
  return {"/bin/cat", "/proc/self/cgroup"};
}

/// The line of one hierarchy, "memory" or "" for cgroup v2, without its number.
std::string line_of(const std::string& text, const std::string& controllers) {
  const std::string key = ":" + controllers + ":";
  const auto begin = text.find(key);
  return begin == std::string::npos
             ? ""
             : text.substr(begin + key.size(), text.find('\n', begin) - begin - key.size());
}

TEST_F(JoinCgroup, N3OfVersionTwoMayHaveAColonInItsNameByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup cgroup("cgroup2", "slice:cri:name");
  const ChildInNamespaces target({Kind::uts});
  cgroup.take(target.pid());
  const FrontOutcome outcome = in_child(join_and_wait(joining_cgroup(target, show_own_cgroups())));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(line_of(outcome.output, ""), cgroup.path());
}

TEST_F(JoinCgroup, OfVersionTwoIsEnteredWhereClone3IsDeniedByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  for (const int error : {ENOSYS, EPERM}) {
    const Cgroup cgroup("cgroup2", "denied");
    const ChildInNamespaces target({Kind::uts});
    cgroup.take(target.pid());
    const FrontOutcome outcome = in_child(join_and_wait(joining_cgroup(target, show_own_cgroups()),
                                                        [&] { deny_syscall(SYS_clone3, error); }));
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(line_of(outcome.output, ""), cgroup.path());
  }
}

TEST_F(JoinCgroup, OfEveryHierarchyIsEnteredByRoot) {
  REQUIRE_ROOT();
  for (const char* hierarchy : {"memory", "freezer", "name=systemd"}) {
    REQUIRE_CGROUPS(hierarchy);
  }
  const Cgroup memory("memory", "one");
  const Cgroup freezer("freezer", "two");
  const Cgroup systemd("name=systemd", "three");
  const ChildInNamespaces target({Kind::uts});
  for (const Cgroup* cgroup : {&memory, &freezer, &systemd}) {
    cgroup->take(target.pid());
  }
  const FrontOutcome outcome = in_child(join_and_wait(joining_cgroup(target, show_own_cgroups())));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(line_of(outcome.output, "memory"), memory.path());
  EXPECT_EQ(line_of(outcome.output, "freezer"), freezer.path());
  EXPECT_EQ(line_of(outcome.output, "name=systemd"), systemd.path());
}

/// What nsenter does wrong: stdin is the cgroup's file then, and a descriptor is left over.
TEST_F(JoinCgroup, N1AndN2LeavesStdinAndDescriptorsAloneByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup cgroup("cgroup2", "stdin");
  const ChildInNamespaces target({Kind::uts});
  cgroup.take(target.pid());
  const FrontOutcome outcome = in_child(join_and_wait(joining_cgroup(target, inside("report"))));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["fds"], "0 1 2");
  PipeEnds input = open_pipe();
  write_text(input.write_end.get(), "hello");
  input.write_end.reset();
  const FrontOutcome echo =
      in_child(join_and_wait(joining_cgroup(target, inside("echo-input")), [&] {
        must(::dup2(input.read_end.get(), STDIN_FILENO) == STDIN_FILENO, "dup2");
      }));
  EXPECT_THAT(echo.output, HasSubstr("hello"));
}

/// In a cgroup namespace alone the program would show its cgroup as one outside of it.
TEST_F(JoinCgroup, IsTheRootOfTheCgroupNamespaceThatIsJoinedByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup cgroup("cgroup2", "namespace");
  const ChildInNamespaces target(
      {.kinds = {Kind::cgroup}, .before = [&] { cgroup.take(::getpid()); }});
  ops::JoinRequest request = joining_cgroup(target, show_own_cgroups());
  EXPECT_EQ(line_of(in_child(join_and_wait(request)).output, ""), "/");
  request.join_cgroup = false;
  EXPECT_EQ(line_of(in_child(join_and_wait(request)).output, ""), "/..");
}

TEST_F(JoinCgroup, ThatIsFrozenIsRefusedByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup cgroup("cgroup2", "frozen");
  const ChildInNamespaces target({Kind::uts});
  cgroup.take(target.pid());
  cgroup.write("cgroup.freeze", "1");
  FrontOutcome outcome;
  EXPECT_TRUE(eventually([&] {
    outcome = in_child(join_and_wait(joining_cgroup(target, inside("exit", {"0"}))));
    return outcome.error.has_value();
  }));
  EXPECT_THAT(outcome.error->message(), HasSubstr(cgroup.path() + " of cgroup2 is frozen"));
  // Its namespaces can be joined nevertheless.
  EXPECT_TRUE(passed(in_child(join_and_wait(joining(target.expression(), inside("exit", {"0"}))))));
  cgroup.write("cgroup.freeze", "0");
}

TEST_F(JoinCgroup, IsRefusedToWhomMayNotWriteThereByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup cgroup("cgroup2", "refused");
  const ChildInNamespaces target(
      {.kinds = {Kind::user, Kind::uts}, .maps = caller_as_root(), .before = [&] {
         cgroup.take(::getpid());
         become_ordinary_user();
       }});
  const FrontOutcome outcome = in_child(
      join_and_wait(joining_cgroup(target, inside("exit", {"0"})), [] { become_ordinary_user(); }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, EACCES);
  EXPECT_THAT(outcome.error->message(), HasSubstr(cgroup.path() + " of cgroup2"));
  EXPECT_THAT(outcome.error->hint, HasSubstr("run as root"));
  EXPECT_EQ(outcome.children_left, 0U);
}

/// Whether a security module gives this process one.
bool has_context() {
  const sys::UniqueFd file(::open("/proc/self/attr/current", O_RDONLY | O_CLOEXEC));
  char byte = 0;
  return ::read(file.get(), &byte, 1) == 1;
}

TEST_F(JoinCgroup, AndTheContextOfASecurityModuleAreFollowed) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = joining(target.expression(), inside("exit", {"0"}));
  request.follow_context = true;
  const FrontOutcome outcome = in_child(join_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  const bool is_noted =
      outcome.output.find("--follow-context changes nothing") != std::string::npos;
  EXPECT_NE(is_noted, has_context()) << outcome;
}

}  // namespace
}  // namespace nsplay::test
