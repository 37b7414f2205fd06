// What is mounted in the child's mount namespace: binds and tmpfs, and never anything outside.

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/small_root.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ops::Access;
using testing::HasSubstr;

using CreateBinds = LeakCheck;
using CreatePropagation = LeakCheck;

ops::CreateRequest script_with(std::vector<ops::BindRequest> binds, const std::string& script) {
  ops::CreateRequest request = creation_of({}, {"/bin/sh", "-c", script});
  request.mounts.binds = std::move(binds);
  return request;
}

ops::CreateRequest script_in(const SmallRoot& root,
                             std::vector<ops::BindRequest> binds,
                             const std::string& script) {
  ops::CreateRequest request = script_with(std::move(binds), script);
  request.mounts.root = root.path();
  return request;
}

/// The caller gets mounts of his own: /srv with another tmpfs below it, which has flags.
void mount_two_levels(const std::string& place) {
  if (::geteuid() != 0) {
    enter_user_namespace(caller_as_root());
  }
  unshare_or_end({Kind::mnt});
  must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
  must(::mount("none", place.c_str(), "tmpfs", 0, nullptr) == 0, "mount a tmpfs");
  const std::string below = place + "/below";
  must(::mkdir(below.c_str(), 0755) == 0, "mkdir");
  const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  must(::mount("none", below.c_str(), "tmpfs", flags, nullptr) == 0, "mount a tmpfs");
}

TEST_F(CreateBinds, MakeTheirPlacesInTheNewRoot) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/a", "/a/b", "/a/b/dir", "/file", "/new"});
  const TemporaryDirectory source;
  const std::string file = source.file("text", "the text\n", 0644);
  const FrontOutcome outcome = outcome_of(
      script_in(root,
                {{source.path(), "/a/b/dir"}, {file, "/file"}, {"", "/new"}, {file, "/new/inner"}},
                "cd /a/b/dir && echo * && read line </file && echo \"$line\" && "
                "read line </new/inner && echo \"$line\" && echo more >/new/other"));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(output_of_program(outcome), "text\nthe text\nthe text\n");
}

TEST_F(CreateBinds, AreMountedOverWhatTheCallerSees) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory place;
  const std::string hidden = place.file("hidden", "", 0644);
  const FrontOutcome outcome = outcome_of(script_with({{"", place.path()}}, "! test -e " + hidden));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(::access(hidden.c_str(), F_OK), 0);
}

constexpr const char* try_to_write =
    "for file in /data/x /data/below/x; do"
    "  if (: >$file); then echo wrote $file; fi;"
    " done; while read a b c d place flags rest; do"
    "  case $place in /data*) echo $place $flags;; esac;"
    " done </proc/self/mountinfo";

void expect_read_only(const Preparation& preparation) {
  const SmallRoot root({"/data", "/proc"});
  const TemporaryDirectory source;
  ops::CreateRequest request =
      script_in(root, {{source.path(), "/data", Access::read_only}}, try_to_write);
  request.kinds.insert(Kind::user);
  request.mounts.proc = "/proc";
  const FrontOutcome outcome = outcome_of(request, [&] {
    mount_two_levels(source.path());
    if (preparation) {
      preparation();
    }
  });
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, HasSubstr("/data ro"));
  EXPECT_THAT(outcome.output, HasSubstr("/data/below ro,nosuid,nodev,noexec"));
  EXPECT_THAT(outcome.output, testing::Not(HasSubstr("wrote")));
}

TEST_F(CreateBinds, ThatAreReadOnlyAreSoWithAllThatIsMountedBelow) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  expect_read_only({});
}

// Without mount_setattr(2), and what is locked in a user namespace has to be kept.
TEST_F(CreateBinds, ThatAreReadOnlyAreSoBeforeLinux512) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  expect_read_only([] { deny_syscall(SYS_mount_setattr, ENOSYS); });
}

// The negative control of the two above.
TEST_F(CreateBinds, MayBeWrittenOtherwise) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/data"});
  const TemporaryDirectory source;
  const FrontOutcome outcome =
      outcome_of(script_in(root, {{source.path(), "/data"}}, ": >/data/x && : >/data/below/x"),
                 [&] { mount_two_levels(source.path()); });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateBinds, FollowNoLinkOutOfAHostileRoot) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory outside;
  const TemporaryDirectory source;
  const std::string file = source.file("file", "", 0644);
  const SmallRoot root({"/absolute", "/relative", "/dangling", "/target"});
  root.make_link("/absolute", outside.path());
  root.make_link("/relative", "../../.." + outside.path());
  root.make_link("/dangling", "/target");
  for (const char* place : {"/absolute", "/absolute/made", "/relative/made", "/dangling"}) {
    SCOPED_TRACE(place);
    const Error error = error_of(script_in(root, {{file, place}}, "true"));
    EXPECT_EQ(error.errnum, ENOENT);
    EXPECT_THAT(error.message(), HasSubstr("--bind " + file + ":" + place + ": open "));
    EXPECT_THAT(error.hint, HasSubstr("a symbolic link on the way leads nowhere in there"));
  }
  EXPECT_NE(::access((outside.path() + "/made").c_str(), F_OK), 0);
  root.make_directory("/target");
  const FrontOutcome outcome =
      outcome_of(script_in(root, {{source.path(), "/dangling"}}, "echo /target/*"));
  EXPECT_EQ(output_of_program(outcome), "/target/file\n") << outcome;
}

TEST_F(CreateBinds, FollowNoLinkOfProcOutOfARoot) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/proc", "/link"});
  root.make_directory("/proc");
  root.make_link("/link", "/proc/self/cwd");
  const Error error =
      error_of(script_in(root, {{"/proc", "/proc"}, {"/etc", "/link/made"}}, "true"));
  EXPECT_EQ(error.errnum, ELOOP);
  EXPECT_THAT(error.hint, HasSubstr("leads out of the root directory"));
}

TEST_F(CreateBinds, OnTheRootItselfWouldNotBeSeen) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/link"});
  root.make_link("/link", "/");
  const Error error = error_of(script_in(root, {{"/etc", "/link"}}, "true"));
  EXPECT_EQ(error.errnum, EBUSY);
  EXPECT_THAT(error.hint, HasSubstr("where a mount would not be seen"));
  EXPECT_EQ(error_of(script_with({{"/etc", "/"}}, "true")).trouble, Trouble::usage);
  EXPECT_EQ(error_of(script_with({{"", "//"}}, "true")).trouble, Trouble::usage);
}

TEST_F(CreateBinds, OfAFileGoOnAFile) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root;
  const Error error = error_of(script_in(root, {{"/etc/passwd", "/bin"}}, "true"));
  EXPECT_THAT(error.message(), HasSubstr("mount /bin: Not a directory"));
  EXPECT_THAT(error.hint, HasSubstr("a file on a file"));
}

TEST_F(CreateBinds, MakeNothingWhereTheCallerWouldFindItLater) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory place;
  const std::string missing = place.path() + "/missing";
  for (const std::string& wanted : {missing, missing + "/below"}) {
    const Error error = error_of(script_with({{"", wanted}}, "true"));
    EXPECT_THAT(error.message(), HasSubstr(": make " + wanted + ": No such file"));
    EXPECT_THAT(error.hint, HasSubstr("nothing is made outside of a new --root"));
  }
  EXPECT_NE(::access(missing.c_str(), F_OK), 0);
  const FrontOutcome outcome = outcome_of(
      script_with({{"", place.path()}, {"/etc", missing + "/below"}}, "test -e " + missing));
  EXPECT_TRUE(passed(outcome));
  EXPECT_NE(::access(missing.c_str(), F_OK), 0);
}

// The owner of the directory would be root in the user namespace.
TEST_F(CreateBinds, WhosePlaceMayNotBeMadeSaySoByRoot) {
  REQUIRE_ROOT();
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root;
  ASSERT_EQ(::chmod(root.path().c_str(), 0555), 0);
  const Error error =
      error_of(script_in(root, {{"", "/made"}}, "true"), [] { become_ordinary_user(); });
  ASSERT_EQ(::chmod(root.path().c_str(), 0755), 0);
  EXPECT_THAT(error.message(), HasSubstr("--tmpfs /made: make /made: Permission denied"));
  EXPECT_THAT(error.hint, HasSubstr("make it before"));
}

TEST_F(CreateBinds, OfWhatIsNotThereSaySo) {
  const Error error = error_of(script_with({{"/nonexistent", "/mnt"}}, "true"));
  EXPECT_THAT(error.message(),
              HasSubstr("--bind /nonexistent:/mnt: open /nonexistent: No such file"));
}

// All or nothing: LeakCheck sees what would be left.
TEST_F(CreateBinds, ThatFailLeaveNoMountBehind) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/one"});
  const Error error =
      error_of(script_in(root, {{"/etc", "/one"}, {"/etc", "/bin/busybox"}}, "true"));
  EXPECT_THAT(error.message(), HasSubstr("--bind /etc:/bin/busybox: "));
}

TEST_F(CreateBinds, NeedNewCallsOfTheKernelAndSaySo) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory place;
  const Error error = error_of(script_with({{"/etc", place.path()}}, "true"),
                               [] { deny_syscall(SYS_open_tree, ENOSYS); });
  EXPECT_THAT(error.hint, HasSubstr("Linux 5.2"));
}

TEST_F(CreateBinds, WorkBeforeLinux56) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/made"});
  const FrontOutcome outcome =
      outcome_of(script_in(root, {{"/etc", "/made"}}, "test -e /made/passwd"),
                 [] { deny_syscall(SYS_openat2, ENOSYS); });
  EXPECT_TRUE(passed(outcome));
}

std::string tags_with(std::optional<sys::Propagation> propagation) {
  ops::CreateRequest request =
      creation_of({Kind::mnt},
                  {"/bin/sh",
                   "-c",
                   "while read a b c d place f tag rest; do"
                   " if [ $place = / ]; then echo tag ${tag%%:*}; fi; done </proc/self/mountinfo"});
  request.mounts.propagation = propagation;
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
  return output_of_program(outcome);
}

TEST_F(CreatePropagation, IsWhatWasAskedForByRoot) {
  REQUIRE_ROOT();
  EXPECT_EQ(tags_with(std::nullopt), "tag -\n");
  EXPECT_EQ(tags_with(sys::Propagation::isolated), "tag -\n");
  EXPECT_EQ(tags_with(sys::Propagation::slave), "tag master\n");
  EXPECT_EQ(tags_with(sys::Propagation::shared), "tag shared\n");
  EXPECT_EQ(tags_with(sys::Propagation::unchanged), "tag shared\n");
}

TEST_F(CreatePropagation, BringsMnt) {
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = creation_of({}, {"/bin/sh", "-c", "readlink /proc/self/ns/mnt"});
  request.mounts.propagation = sys::Propagation::unchanged;
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreatePropagation, ThatGoesOutContradictsMountsOfTheChild) {
  for (const auto propagation : {sys::Propagation::shared, sys::Propagation::unchanged}) {
    ops::CreateRequest request = script_with({{"/etc", "/mnt"}}, "true");
    request.mounts.propagation = propagation;
    const Error error = error_of(request);
    EXPECT_EQ(error.trouble, Trouble::usage);
    EXPECT_THAT(error.message(), HasSubstr("--bind or --tmpfs contradicts --propagation"));
  }
}

}  // namespace
}  // namespace nsplay::test
