// A /sys and a /proc that fit the namespaces which are joined without mnt; and nsplay that becomes
// the program.

#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/chroot.h"
#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;
using testing::Not;

using JoinFreshMounts = LeakCheck;
using JoinWithoutFork = LeakCheck;

/// Nothing of the program's reaches the caller's mount namespace; other tests mount other things.
std::size_t own_mounts_of_sys_and_proc() {
  const std::string mounts = read_process_file(::getpid(), "mountinfo");
  std::size_t count = 0;
  for (const char* type : {" - sysfs ", " - proc "}) {
    for (auto at = mounts.find(type); at != std::string::npos; at = mounts.find(type, at + 1)) {
      ++count;
    }
  }
  return count;
}

TEST_F(JoinFreshMounts, ShowTheDevicesOfTheNetworkNamespace) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({Kind::user, Kind::net});
  ops::JoinRequest request =
      joining(target.expression(), {"/bin/sh", "-c", "echo devices: $(ls /sys/class/net)"});
  request.fresh_mounts.sys = true;
  const FrontOutcome outcome = in_child(join_and_wait(request));
  if (outcome.error && outcome.error->errnum == EPERM) {
    EXPECT_THAT(outcome.error->hint, HasSubstr("mount_namespaces(7)"));
    GTEST_SKIP() << "a user namespace gets no new /sys here: " << outcome.error->hint;
  }
  EXPECT_THAT(outcome.output, HasSubstr("devices: lo\n")) << outcome;
}

TEST_F(JoinFreshMounts, N16ShowTheProcessesOfThePidNamespaceByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::pid, Kind::net});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  const FrontOutcome without = in_child(join_and_wait(request));
  EXPECT_NE(InsideReport(without.output)["pid"], "");
  EXPECT_THAT(without.output, HasSubstr("note /proc stays yours"));
  const auto mounts = own_mounts_of_sys_and_proc();
  request.program = {
      "/bin/sh", "-c", "cd /proc && echo pids: [0-9]* devices: $(ls /sys/class/net)"};
  request.fresh_mounts = {.sys = true, .proc = true};
  const FrontOutcome outcome = in_child(join_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, Not(HasSubstr("note /proc stays yours")));
  EXPECT_THAT(outcome.output, testing::ContainsRegex("pids: 1 [0-9]( [0-9])? devices: lo\n"));
  EXPECT_EQ(own_mounts_of_sys_and_proc(), mounts);
}

TEST_F(JoinFreshMounts, AreRefusedWithTheMountThatHidesAPartByRoot) {
  REQUIRE_ROOT();
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({Kind::user, Kind::pid});
  ops::JoinRequest request =
      joining(target.expression(), inside("exit", {"0"}), {Kind::user, Kind::pid});
  request.fresh_mounts.proc = true;
  const Error error = error_of(request, hide_a_part_of_proc);
  EXPECT_EQ(error.errnum, EPERM);
  EXPECT_THAT(error.message(), HasSubstr("mount proc"));
  EXPECT_THAT(error.hint, testing::ContainsRegex("^/proc/(acpi|tty) hides a part of /proc here"));
}

TEST_F(JoinFreshMounts, HaveTheirNamespacesAndNoMnt) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts, Kind::mnt}));
  struct {
    ops::FreshMounts mounts;
    KindSet kinds;
    std::string message;
  } const table[] = {
      {{.sys = true}, with_privilege_for({Kind::uts}), "--fix-sys is for joining net without mnt"},
      {{.proc = true},
       with_privilege_for({Kind::uts}),
       "--fix-proc is for joining pid without mnt"},
      {{.sys = true}, with_privilege_for({Kind::mnt}), "--fix-sys is for joining net without mnt"},
  };
  for (const auto& row : table) {
    ops::JoinRequest request = joining(target.expression(), inside("report"), row.kinds);
    request.fresh_mounts = row.mounts;
    const Error error = error_of(request);
    EXPECT_EQ(error.trouble, Trouble::usage);
    EXPECT_THAT(error.message(), HasSubstr(row.message));
  }
}

/// The body never returns when nsplay becomes the program.
FrontProcess::Body become(const ops::JoinRequest& request) {
  return [request]() -> Result<int> {
    auto joined = ops::join(request);
    return joined ? Result<int>(99) : fail(std::move(joined).error());
  };
}

ops::JoinRequest becoming(const ChildInNamespaces& target, Words program, KindSet kinds = {}) {
  ops::JoinRequest request = joining(target.expression(), std::move(program), kinds);
  request.fork = ops::ForkRule::self;
  return request;
}

TEST_F(JoinWithoutFork, IsTheProgramItself) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts, Kind::ipc}));
  FrontProcess front(become(becoming(target, inside("report"))));
  const pid_t pid = front.pid();
  const FrontOutcome outcome = front.finish();
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["pid"], std::to_string(pid)) << outcome;
  EXPECT_EQ(report.link(Kind::uts), namespace_link(target.pid(), Kind::uts));
  EXPECT_EQ(report["fds"], "0 1 2");
  EXPECT_EQ(report["dumpable"], "1");
}

/// As with nsenter: only its children are in the pid namespace.
TEST_F(JoinWithoutFork, LeavesTheProgramOutOfThePidNamespaceByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::pid});
  FrontProcess front(become(becoming(target, inside("report"))));
  const pid_t pid = front.pid();
  EXPECT_EQ(InsideReport(front.finish().output)["pid"], std::to_string(pid));
}

TEST_F(JoinWithoutFork, TellsAProgramThatIsNotThere) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const FrontOutcome outcome = in_child(become(becoming(target, {"/nonexistent/program"})));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::not_found);
}

TEST_F(JoinWithoutFork, TellsAProgramThatIsNotThereByItsStatusWhenMntIsJoined) {
  const std::string program = inside("exit").front();
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({Kind::mnt}), .inside = [&] { make_read_only(program); }});
  EXPECT_EQ(in_child(become(becoming(target, {"/nonexistent/program"}))).status, 127);
  EXPECT_EQ(in_child(become(becoming(target, {"/etc"}))).status, 126);
  EXPECT_EQ(in_child(become(becoming(target, inside("exit", {"7"})))).status, 7);
}

TEST_F(JoinWithoutFork, TellsItsNotesBefore) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target(
      TargetOptions{.kinds = {Kind::user}, .maps = {"", "", ""}, .inside = [] {}});
  ops::JoinRequest request = becoming(target, inside("report"));
  request.tell_notes = [](const std::vector<std::string>& notes) {
    say("notes " + std::to_string(notes.size()));
  };
  EXPECT_THAT(in_child(become(request)).output, HasSubstr("notes 1\n"));
}

TEST_F(JoinWithoutFork, HasNoPtyAndNoProc) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = becoming(target, inside("report"));
  request.pty = ops::PtyRule::always;
  EXPECT_THAT(in_child(become(request)).error.value_or(Error{}).message(),
              HasSubstr("--pty contradicts --no-fork"));
}

}  // namespace
}  // namespace nsplay::test
