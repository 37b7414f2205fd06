// Where a joined program is when mnt is joined: root and working directory.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/chroot.h"
#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

class JoinPlace : public LeakCheck {
 protected:
  static InsideReport report_from(const ChildInNamespaces& target, Preparation preparation = {}) {
    const FrontOutcome outcome = in_child(
        join_and_wait(joining(target.expression(), inside("report")), std::move(preparation)));
    EXPECT_TRUE(passed(outcome));
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

class JoinPlaceRequest : public JoinPlace {
 protected:
  static FrontOutcome joined(const ChildInNamespaces& target,
                             const ops::PlaceRequest& place,
                             KindSet kinds = {}) {
    ops::JoinRequest request = joining(target.expression(), inside("report"), kinds);
    request.place = place;
    return in_child(join_and_wait(request, [] { must(::chdir("/usr") == 0, "chdir"); }));
  }

  static ChildInNamespaces chrooted(const TemporaryDirectory& directory) {
    return ChildInNamespaces(TargetOptions{.kinds = kinds(), .inside = [&] {
                                             make_root_of(directory.path());
                                             must(::chdir("/usr") == 0, "chdir");
                                           }});
  }
};

TEST_F(JoinPlaceRequest, OfATargetInTheCallersNamespacesIsGiven) {
  const ChildInNamespaces target(
      TargetOptions{.kinds = {}, .inside = [] { must(::chdir("/etc") == 0, "chdir"); }});
  ops::PlaceRequest place;
  place.working_directory = "";
  const FrontOutcome outcome = joined(target, place);
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["cwd"], "/etc");
}

TEST_F(JoinPlaceRequest, WorkingDirectoryThereIsLookedUpThere) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target = chrooted(directory);
  for (const char* path : {"/etc", "etc", "../../etc"}) {
    const FrontOutcome outcome = joined(target, {.directory_there = path});
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(InsideReport(outcome.output)["cwd"], "/etc") << path;
  }
}

TEST_F(JoinPlaceRequest, N11WorkingDirectoryThereThatIsMissingIsAnErrorThatNamesIt) {
  const ChildInNamespaces target(kinds());
  const FrontOutcome outcome = joined(target, {.directory_there = "/missing"});
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("chdir /missing: No such file or directory"));
  EXPECT_EQ(outcome.error->hint, "the path is looked up there, not here");
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_F(JoinPlaceRequest, WorkingDirectoryOfTheCallerOutsideOfTheRootIsRefused) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target = chrooted(directory);
  const FrontOutcome outcome = joined(target, {.working_directory = "/etc"});
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(),
              HasSubstr("the working directory is outside of the root directory"));
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_F(JoinPlaceRequest, WorkingDirectoryOfTheCallerMayBeReachedThroughTheTarget) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target = chrooted(directory);
  const FrontOutcome outcome =
      joined(target, {.working_directory = "/proc/" + target.expression() + "/root/etc"});
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["cwd"], "/etc");
}

TEST_F(JoinPlaceRequest, WorkingDirectoryWithoutANewRootMayBeAnyDirectory) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const FrontOutcome outcome = joined(target, {.working_directory = "/etc"});
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["cwd"], "/etc");
}

TEST_F(JoinPlaceRequest, WorkingDirectoryOfTheTargetNeedsNoMnt) {
  const ChildInNamespaces target(
      TargetOptions{.kinds = with_privilege_for({Kind::uts}),
                    .inside = [] { must(::chdir("/etc") == 0, "chdir"); }});
  const FrontOutcome outcome = joined(target, {.working_directory = ""});
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["cwd"], "/etc");
}

TEST_F(JoinPlaceRequest, RootOfTheCallerHidesWhatIsOutsideOfIt) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = joining(target.expression(), inside("exit", {"0"}));
  EXPECT_TRUE(passed(in_child(join_and_wait(request))));
  request.place.root = "/usr";
  const FrontOutcome outcome = in_child(join_and_wait(request));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::not_found) << outcome;
}

TEST_F(JoinPlaceRequest, RootLeavesNoWorkingDirectoryOutside) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  // "/" as root directory keeps this test's program in reach.
  const FrontOutcome outcome = joined(target, {.root = "/"});
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["cwd"], "/");
}

TEST_F(JoinPlaceRequest, RootOfTheTargetNeedsNoMnt) {
  const TemporaryDirectory directory;
  const KindSet kinds_joined = with_privilege_for({Kind::uts});
  const ChildInNamespaces target(TargetOptions{.kinds = with_privilege_for({Kind::uts, Kind::mnt}),
                                               .inside = [&] { make_root_of(directory.path()); }});
  const auto root_mount_with = [&](const ops::PlaceRequest& place) {
    const FrontOutcome outcome = JoinPlaceRequest::joined(target, place, kinds_joined);
    EXPECT_TRUE(passed(outcome));
    return InsideReport(outcome.output).link(Kind::mnt) + InsideReport(outcome.output)["cwd"];
  };
  // Its /proc is the target's, where the program sees itself as well: the root is what changes.
  EXPECT_EQ(root_mount_with({}), namespace_link(::getpid(), Kind::mnt) + "/usr");
  EXPECT_EQ(root_mount_with({.root = ""}), namespace_link(::getpid(), Kind::mnt) + "/");
}

TEST_F(JoinPlaceRequest, RootThatMayNotBeChangedIsAnErrorWithItsCure) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  for (const auto& [root, subject] :
       {std::pair("", "to the target's"), std::pair("/usr", "/usr")}) {
    ops::JoinRequest request = joining(target.expression(), {"true"});
    request.place.root = root;
    const FrontOutcome outcome =
        in_child(join_and_wait(request, [] { deny_syscall(SYS_chroot, EPERM); }));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->message(),
                HasSubstr("chroot " + std::string(subject) + ": Operation not permitted"));
    EXPECT_THAT(outcome.error->hint, HasSubstr("CAP_SYS_CHROOT"));
  }
}

/// CVE-2024-21626: a link of the target to a descriptor of whoever joins.
TEST_F(JoinPlaceRequest, LinkOfTheTargetToADescriptorLeadsNowhere) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(TargetOptions{
      .kinds = kinds(), .inside = [&] {
        make_root_of(directory.path());
        must(::mount("none", "/srv", "tmpfs", 0, nullptr) == 0, "mount");
        for (int descriptor = 3; descriptor < 80; ++descriptor) {
          const std::string number = std::to_string(descriptor);
          must(::symlink(("/proc/self/fd/" + number).c_str(), ("/srv/" + number).c_str()) == 0,
               "symlink");
        }
      }});
  for (int descriptor = 3; descriptor < 80; ++descriptor) {
    ops::JoinRequest request = joining(target.expression(), inside("report"));
    request.place.directory_there = "/srv/" + std::to_string(descriptor);
    const FrontOutcome outcome = in_child(join_and_wait(request, [] {
      must(::dup2(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 77) == 77, "dup2");
    }));
    EXPECT_TRUE(outcome.error) << descriptor << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

TEST_F(JoinPlaceRequest, TwoWorkingDirectoriesAreAUsageError) {
  const ChildInNamespaces target(kinds());
  const FrontOutcome outcome = joined(target, {.working_directory = "/", .directory_there = "/"});
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::usage);
  EXPECT_THAT(outcome.error->message(), HasSubstr("--wd and --wdns"));
}

TEST_F(JoinPlaceRequest, DirectoryThatIsMissingHereIsAnErrorThatNamesIt) {
  const ChildInNamespaces target(kinds());
  for (const ops::PlaceRequest& place : {ops::PlaceRequest{.root = "/missing"},
                                         ops::PlaceRequest{.working_directory = "/missing"}}) {
    const FrontOutcome outcome = joined(target, place);
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->message(), HasSubstr("open /missing: No such file or directory"));
  }
}

TEST_F(JoinPlaceRequest, TargetThatIsANamespaceHasNoDirectories) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = joining(target.namespace_file(Kind::uts), inside("report"));
  request.place.root = "";
  const FrontOutcome outcome = in_child(join_and_wait(request));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::usage);
  EXPECT_THAT(outcome.error->message(), HasSubstr("--root without directory needs a process"));
}

}  // namespace
}  // namespace nsplay::test
