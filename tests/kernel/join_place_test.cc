// Where a joined program is when mnt is joined: root, working directory and environment.

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
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
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JoinPlace : public LeakCheck {
 protected:
  static InsideReport report_from(const ChildInNamespaces& target, Preparation preparation = {}) {
    const FrontOutcome outcome = in_child(
        join_and_wait(joining(target.expression(), inside("report")), std::move(preparation)));
    EXPECT_TRUE(passed(outcome)) << outcome;
    return InsideReport(outcome.output);
  }

  static KindSet kinds() { return with_privilege_for({Kind::mnt}); }
};

TEST_F(JoinPlace, IsTheTargetsRootAndWorkingDirectory) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(TargetOptions{.kinds = kinds(), .inside = [&] {
                                                 make_root_of(directory.path());
                                                 must(::chdir("/usr") == 0, "chdir");
                                               }});
  const InsideReport report = report_from(target);
  EXPECT_EQ(report["cwd"], "/usr");
  EXPECT_EQ(report["root-mount"], root_mount_of(read_process_file(target.pid(), "mountinfo")));
}

TEST_F(JoinPlace, OfATargetThatIsNotChrootedIsItsRootToo) {
  const ChildInNamespaces target(
      TargetOptions{.kinds = kinds(), .inside = [] { must(::chdir("/usr") == 0, "chdir"); }});
  const InsideReport report = report_from(target);
  EXPECT_EQ(report["cwd"], "/usr");
  EXPECT_EQ(report["root-mount"], root_mount_of(read_process_file(target.pid(), "mountinfo")));
}

TEST_F(JoinPlace, IsTheRootWhenTheWorkingDirectoryIsOutsideOfIt) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(TargetOptions{.kinds = kinds(), .inside = [&] {
                                                 must(::chdir("/usr") == 0, "chdir");
                                                 make_root_of(directory.path());
                                               }});
  const InsideReport report = report_from(target);
  EXPECT_EQ(report["cwd"], "/");
  EXPECT_EQ(report["root-mount"], root_mount_of(read_process_file(target.pid(), "mountinfo")));
}

TEST_F(JoinPlace, IsTheRootWhenTheWorkingDirectoryWasRemoved) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(TargetOptions{.kinds = kinds(), .inside = [&] {
                                                 const std::string gone =
                                                     directory.path() + "/gone";
                                                 must(::mkdir(gone.c_str(), 0755) == 0, "mkdir");
                                                 must(::chdir(gone.c_str()) == 0, "chdir");
                                                 must(::rmdir(gone.c_str()) == 0, "rmdir");
                                               }});
  EXPECT_EQ(report_from(target)["cwd"], "/");
}

TEST_F(JoinPlace, StaysTheCallersWhenMntIsNotJoined) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const InsideReport report = report_from(target, [] { must(::chdir("/usr") == 0, "chdir"); });
  EXPECT_EQ(report["cwd"], "/usr");
  EXPECT_EQ(report["root-mount"], root_mount_of(read_process_file(::getpid(), "mountinfo")));
}

TEST_F(JoinPlace, WithoutAnyShellIsAnErrorThatSaysSo) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(
      TargetOptions{.kinds = kinds(), .inside = [&] { make_empty_root_of(directory.path()); }});
  const FrontOutcome outcome = in_child(join_and_wait(joining(target.expression(), {})));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::not_found);
  EXPECT_THAT(outcome.error->message(), HasSubstr("the target has no shell"));
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_F(JoinPlace, ProgramIsLookedUpThereAndNotHere) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(
      TargetOptions{.kinds = kinds(), .inside = [&] { make_empty_root_of(directory.path()); }});
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), {"/bin/sh", "-c", "exit 0"})));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::not_found);
  EXPECT_THAT(outcome.error->message(), HasSubstr("execve /bin/sh"));
  EXPECT_EQ(outcome.children_left, 0U);
}

class JoinEnvironment : public JoinPlace {
 protected:
  static TargetOptions options(KindSet kinds) {
    TargetOptions options{.kinds = with_privilege_for(kinds)};
    options.environment = {"PATH=/usr/bin:/bin", "TERM=of-the-target", "MARK=of the target", "=x"};
    return options;
  }

  static void set_own() {
    set_variable("TERM", "of-the-caller");
    set_variable("MARK", "of the caller");
    set_variable("OWN", "only the caller's");
  }
};

TEST_F(JoinEnvironment, IsTheTargetsWithTheCallersTerm) {
  const ChildInNamespaces target(options({Kind::mnt}));
  const InsideReport report = report_from(target, set_own);
  EXPECT_THAT(report.variables("MARK"), ElementsAre("MARK=of the target"));
  EXPECT_THAT(report.variables("TERM"), ElementsAre("TERM=of-the-caller"));
  EXPECT_THAT(report.variables("OWN"), IsEmpty());
}

TEST_F(JoinEnvironment, KeepsTheTargetsTermWhenTheCallerHasNone) {
  const ChildInNamespaces target(options({Kind::mnt}));
  const InsideReport report = report_from(target, [] { unset_variable("TERM"); });
  EXPECT_THAT(report.variables("TERM"), ElementsAre("TERM=of-the-target"));
}

TEST_F(JoinEnvironment, IsTheCallersWithoutMnt) {
  const ChildInNamespaces target(options({Kind::uts}));
  const InsideReport report = report_from(target, set_own);
  EXPECT_THAT(report.variables("MARK"), ElementsAre("MARK=of the caller"));
  EXPECT_THAT(report.variables("TERM"), ElementsAre("TERM=of-the-caller"));
}

TEST_F(JoinEnvironment, PathOfTheTargetFindsTheProgram) {
  TargetOptions with_path = options({Kind::mnt});
  with_path.environment = {"PATH=/nonexistent:/proc/self"};
  const ChildInNamespaces target(std::move(with_path));
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), {"exe", "--inside", "exit", "9"}),
                             [] { set_variable("PATH", "/nonexistent"); }));
  EXPECT_EQ(outcome.status, 9) << outcome;
}

}  // namespace
}  // namespace nsplay::test
