// The cgroup of create's child: made, entered, and removed again, whoever ends.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ops/created_cgroup.h"

#include "kernel/front.h"
#include "support/cgroup.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/runtime_place.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

/// Everything happens below a cgroup of the test's own, which could not be removed if anything were
/// left in it.
class CreateCgroup : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_CGROUPS("cgroup2");
    place_.emplace();
    cgroup_.emplace("cgroup2", "create");
  }

  void TearDown() override {
    cgroup_.reset();
    place_.reset();
    LeakCheck::TearDown();
  }

  [[nodiscard]] std::string path(const std::string& below) const {
    return cgroup_->path() + "/" + below;
  }

  [[nodiscard]] bool exists(const std::string& below) const {
    return ::access((*Cgroup::mount_of("cgroup2") + path(below)).c_str(), F_OK) == 0;
  }

  [[nodiscard]] const Cgroup& cgroup() const { return *cgroup_; }

  [[nodiscard]] ops::CreateRequest request_for(KindSet kinds, Words program) const {
    ops::CreateRequest request = creation_of(kinds, std::move(program));
    request.cgroup = path("a/b");
    return request;
  }

 private:
  std::optional<RuntimePlace> place_;
  std::optional<Cgroup> cgroup_;
};

Words show_cgroups() {
  return {"/bin/cat", "/proc/self/cgroup"};
}

std::string only_cgroup_line(const std::string& output) {
  const auto begin = output.find("0::");
  return begin == std::string::npos ? "" : output.substr(begin, output.find('\n', begin) - begin);
}

TEST_F(CreateCgroup, ANamespaceThatIsRefusedLeavesNoneByRoot) {
  const FrontOutcome outcome = in_child(create_and_wait(request_for({Kind::cgroup}, show_cgroups()),
                                                        [] { deny_syscall(SYS_unshare, EPERM); }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("unshare CLONE_NEWCGROUP"));
  EXPECT_FALSE(exists("a"));
}

TEST_F(CreateCgroup, IsMadeWithItsParentsAndRemovedAgainByRoot) {
  for (const KindSet kinds :
       {KindSet{Kind::uts}, KindSet{Kind::pid}, KindSet{Kind::user}, KindSet{Kind::time}}) {
    const FrontOutcome outcome = in_child(create_and_wait(request_for(kinds, show_cgroups())));
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(only_cgroup_line(outcome.output), "0::" + path("a/b"));
    EXPECT_FALSE(exists("a"));
  }
}

TEST_F(CreateCgroup, IsEnteredWhereTheChildCannotBeBornInItByRoot) {
  for (const KindSet kinds : {KindSet{Kind::uts}, KindSet{Kind::user, Kind::cgroup}}) {
    for (const int error : {ENOSYS, EPERM}) {
      const FrontOutcome outcome = in_child(create_and_wait(
          request_for(kinds, show_cgroups()), [&] { deny_syscall(SYS_clone3, error); }));
      EXPECT_TRUE(passed(outcome));
      const std::string expected = kinds.contains(Kind::cgroup) ? "/" : path("a/b");
      EXPECT_EQ(only_cgroup_line(outcome.output), "0::" + expected);
      EXPECT_FALSE(exists("a"));
    }
  }
}

TEST_F(CreateCgroup, IsTheRootOfANewCgroupNamespaceU15ByRoot) {
  const FrontOutcome outcome =
      in_child(create_and_wait(request_for({Kind::cgroup, Kind::pid}, show_cgroups())));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(only_cgroup_line(outcome.output), "0::/");
}

TEST_F(CreateCgroup, IsEnteredForAnOwnerTooByRoot) {
  ops::CreateRequest request = request_for({Kind::user}, show_cgroups());
  request.ids.owner = sys::UserAndGroup{1000, 1000};
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(only_cgroup_line(outcome.output), "0::" + path("a/b"));
}

TEST_F(CreateCgroup, ThatWasThereStaysByRoot) {
  const Cgroup inner("cgroup2", cgroup().path().substr(1) + "/there");
  ops::CreateRequest request = creation_of({Kind::uts}, inside("exit", {"0"}));
  request.cgroup = inner.path() + "/made";
  EXPECT_TRUE(passed(in_child(create_and_wait(request))));
  request.cgroup = inner.path();
  EXPECT_TRUE(passed(in_child(create_and_wait(request))));
  EXPECT_EQ(::access((*Cgroup::mount_of("cgroup2") + inner.path()).c_str(), F_OK), 0);
}

TEST_F(CreateCgroup, IsRemovedWhenTheChildCannotBeMadeByRoot) {
  for (const Words& program : {Words{"/nonexistent"}, inside("exit", {"3"})}) {
    const FrontOutcome outcome = in_child(create_and_wait(request_for({Kind::uts}, program)));
    EXPECT_FALSE(passed(outcome));
    EXPECT_FALSE(exists("a"));
  }
  const FrontOutcome outcome =
      in_child(create_and_wait(request_for({Kind::uts}, inside("exit", {"0"})), [] {
        deny_syscall(SYS_clone3, ENOSYS);
        deny_clone_of_namespaces(EPERM);
      }));
  EXPECT_TRUE(outcome.error) << outcome;
  EXPECT_FALSE(exists("a"));
}

TEST_F(CreateCgroup, OfAFrontThatWasKilledIsRemovedByTheNextCommandByRoot) {
  FrontProcess front(create_and_wait(request_for({Kind::uts}, inside("wait"))));
  front.output().read_line_after("ready ");
  front.send_signal(SIGKILL);
  EXPECT_EQ(front.finish().status, 128 + SIGKILL);
  EXPECT_TRUE(exists("a/b"));
  ops::remove_abandoned_cgroups(ops::Patience::short_while);
  EXPECT_FALSE(exists("a"));
}

TEST_F(CreateCgroup, OfAFrontThatIsKilledAtAnyMomentIsRemovedByTheNextCommandByRoot) {
  for (int moment = 0; moment < 60; ++moment) {
    SCOPED_TRACE(moment);
    FrontProcess front(create_and_wait(request_for({Kind::uts}, inside("wait"))));
    const timespec pause = {0, moment * 50'000L};
    ::nanosleep(&pause, nullptr);
    front.send_signal(SIGKILL);
    EXPECT_EQ(front.finish().status, 128 + SIGKILL);
    ops::remove_abandoned_cgroups(ops::Patience::short_while);
    ASSERT_FALSE(exists("a"));
  }
}

TEST_F(CreateCgroup, InWhichAProcessStillIsWaitsForALaterCommandByRoot) {
  const FrontOutcome outcome = in_child(create_and_wait(
      request_for({Kind::uts}, {"/bin/sh", "-c", "sleep 1000 >&- & echo left $!"})));
  EXPECT_EQ(outcome.status, 0) << outcome;
  EXPECT_TRUE(exists("a/b"));
  ops::remove_abandoned_cgroups(ops::Patience::none);
  EXPECT_TRUE(exists("a/b"));
  const pid_t left = std::stoi("0" + outcome.output.substr(outcome.output.find("left ") + 5));
  ::kill(left, SIGKILL);
  EXPECT_EQ(wait_for_child(left), 128 + SIGKILL);
  ops::remove_abandoned_cgroups(ops::Patience::short_while);
  EXPECT_FALSE(exists("a"));
}

TEST_F(CreateCgroup, GoesWithWhatTheProgramMadeBelowItByRoot) {
  const std::string directory = *Cgroup::mount_of("cgroup2") + path("a/b");
  const FrontOutcome outcome = in_child(create_and_wait(request_for(
      {Kind::uts},
      {"/bin/mkdir", "-p", directory + "/1/2/3", directory + "/1/4", directory + "/5"})));
  EXPECT_EQ(outcome.status, 0) << outcome;
  EXPECT_FALSE(exists("a"));
}

/// They may be about to be used.
TEST_F(CreateCgroup, KeepsWhatIsBelowItWhileAProcessIsInItByRoot) {
  FrontProcess front(create_and_wait(request_for({Kind::uts}, inside("wait"))));
  front.output().read_line_after("ready ");
  const std::string directory = *Cgroup::mount_of("cgroup2") + path("a/b");
  EXPECT_EQ(::mkdir((directory + "/sub").c_str(), 0755), 0);
  EXPECT_EQ(::mkdir((directory + "/sub/empty").c_str(), 0755), 0);
  ops::remove_abandoned_cgroups(ops::Patience::none);
  EXPECT_TRUE(exists("a/b/sub/empty"));
  front.send_signal(SIGKILL);
  EXPECT_EQ(front.finish().status, 128 + SIGKILL);
  ops::remove_abandoned_cgroups(ops::Patience::short_while);
  EXPECT_FALSE(exists("a"));
}

/// What is mounted on a cgroup is none below it.
TEST_F(CreateCgroup, LeavesWhatIsMountedBelowItByRoot) {
  const Cgroup other("cgroup2", cgroup().path().substr(1) + "/other");
  const std::string top = *Cgroup::mount_of("cgroup2");
  const std::string inner = top + other.path() + "/inner";
  const std::string mounted = top + path("a/b") + "/mounted";
  FrontProcess front(create_and_wait(request_for({Kind::uts}, inside("wait"))));
  front.output().read_line_after("ready ");
  EXPECT_EQ(::mkdir(inner.c_str(), 0755), 0);
  EXPECT_EQ(::mkdir(mounted.c_str(), 0755), 0);
  EXPECT_EQ(::mount((top + other.path()).c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr), 0);
  front.send_signal(SIGKILL);
  EXPECT_EQ(front.finish().status, 128 + SIGKILL);
  ops::remove_abandoned_cgroups(ops::Patience::short_while);
  EXPECT_EQ(::access(inner.c_str(), F_OK), 0);
  EXPECT_TRUE(exists("a/b/mounted"));
  EXPECT_EQ(::umount2(mounted.c_str(), MNT_DETACH), 0);
  EXPECT_EQ(::rmdir(inner.c_str()), 0);
  ops::remove_abandoned_cgroups(ops::Patience::short_while);
  EXPECT_FALSE(exists("a"));
}

/// Whoever removed and made it anew did not make it for a child of nsplay.
TEST_F(CreateCgroup, OfTheSameNameIsNotTheSameByRoot) {
  FrontProcess front(create_and_wait(request_for({Kind::uts}, inside("wait"))));
  front.output().read_line_after("ready ");
  front.send_signal(SIGKILL);
  EXPECT_EQ(front.finish().status, 128 + SIGKILL);
  const std::string directory = *Cgroup::mount_of("cgroup2") + path("a");
  EXPECT_TRUE(eventually([&] { return ::rmdir((directory + "/b").c_str()) == 0; }));
  EXPECT_EQ(::rmdir(directory.c_str()), 0);
  EXPECT_EQ(::mkdir(directory.c_str(), 0755), 0);
  ops::remove_abandoned_cgroups(ops::Patience::none);
  EXPECT_TRUE(exists("a"));
  EXPECT_EQ(::rmdir(directory.c_str()), 0);
}

TEST_F(CreateCgroup, ThatIsFrozenIsRefusedByRoot) {
  cgroup().write("cgroup.freeze", "1");
  EXPECT_TRUE(eventually([&] {
    const FrontOutcome outcome =
        in_child(create_and_wait(request_for({Kind::uts}, inside("exit", {"0"}))));
    return outcome.error && outcome.error->message().find("is frozen") != std::string::npos;
  }));
  cgroup().write("cgroup.freeze", "0");
  EXPECT_FALSE(exists("a"));
}

/// What nobody but root may make. The user is in the cgroup that is delegated to him, or is not.
TEST_F(CreateCgroup, IsAnOrdinaryUsersWhereItIsDelegatedByRoot) {
  constexpr uid_t nobody = 65534;
  const TemporaryDirectory runtime;
  must(::chown(runtime.path().c_str(), nobody, nobody) == 0, "chown");
  const std::string directory = *Cgroup::mount_of("cgroup2") + cgroup().path();
  must(::chown(directory.c_str(), nobody, nobody) == 0, "chown");
  must(::chown((directory + "/cgroup.procs").c_str(), nobody, nobody) == 0, "chown");
  const auto become_delegate = [&] {
    cgroup().take(::getpid());
    set_variable("XDG_RUNTIME_DIR", runtime.path());
    become_ordinary_user();
  };
  const ops::CreateRequest request = request_for({Kind::cgroup}, show_cgroups());
  const FrontOutcome inside_it = in_child(create_and_wait(request, become_delegate));
  EXPECT_TRUE(passed(inside_it));
  EXPECT_EQ(only_cgroup_line(inside_it.output), "0::/");
  EXPECT_FALSE(exists("a"));
  const FrontOutcome outside = in_child(create_and_wait(request, [&] {
    set_variable("XDG_RUNTIME_DIR", runtime.path());
    become_ordinary_user();
  }));
  ASSERT_TRUE(outside.error) << outside;
  EXPECT_EQ(outside.error->errnum, EACCES);
  EXPECT_THAT(outside.error->hint, HasSubstr("cgroup.procs of both cgroups"));
  EXPECT_FALSE(exists("a"));
  // With every record.
  EXPECT_EQ(::rmdir((runtime.path() + "/nsplay/cgroups").c_str()), 0);
  EXPECT_EQ(::rmdir((runtime.path() + "/nsplay").c_str()), 0);
}

TEST_F(CreateCgroup, MayHaveNoFileInItsPathByRoot) {
  for (const char* name : {"cgroup.procs", "cgroup.procs/x"}) {
    ops::CreateRequest request = creation_of({Kind::uts}, inside("exit", {"0"}));
    request.cgroup = path(name);
    const FrontOutcome outcome = in_child(create_and_wait(request));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->errnum, ENOTDIR);
  }
}

using CreateCgroupPath = LeakCheck;

TEST_F(CreateCgroupPath, ThatLeadsElsewhereOrNowhereIsRefused) {
  for (const char* path : {"..", "../x", "x/../../y", "/../x", ".", "x/.", "", "/", "//"}) {
    SCOPED_TRACE(path);
    ops::CreateRequest request = creation_of({Kind::uts}, inside("exit", {"0"}));
    request.cgroup = path;
    const FrontOutcome outcome = in_child(create_and_wait(request));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->trouble, Trouble::usage);
  }
}

TEST_F(CreateCgroupPath, WhereTheUserMayMakeNoneIsRefusedWithTheCure) {
  REQUIRE_CGROUPS("cgroup2");
  ops::CreateRequest request = creation_of({Kind::uts}, inside("exit", {"0"}));
  request.cgroup = "nsplay-test/x";
  const FrontOutcome outcome = in_child(create_and_wait(request, &become_ordinary_user));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, EACCES);
  EXPECT_THAT(outcome.error->message(), HasSubstr("mkdir cgroup nsplay-test"));
  EXPECT_THAT(outcome.error->hint, HasSubstr("delegated to you"));
}

}  // namespace
}  // namespace nsplay::test
