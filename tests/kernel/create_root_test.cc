// A root directory of the child's own: the former one is gone, and nothing leads back.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/holder.h"
#include "kernel/small_root.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using testing::HasSubstr;

using CreateRoot = LeakCheck;

ops::CreateRequest script_in(const SmallRoot& root, const std::string& script) {
  ops::CreateRequest request = creation_of({}, {"sh", "-c", script});
  request.mounts.root = root.path();
  return request;
}

// unshare: the former root stays mounted.
TEST_F(CreateRoot, IsAllThatIsMounted) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/proc"});
  ops::CreateRequest request =
      script_in(root,
                "echo /*; pwd; while read a b c d place rest; do echo at $place; done "
                "< /proc/self/mountinfo");
  request.mounts.proc = "/proc";
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(output_of_program(outcome),
              testing::AnyOf("/bin /proc\n/\nat /\nat /proc\n", "/bin /proc\n/\nat /proc\nat /\n"));
}

TEST_F(CreateRoot, OfAHolderIsAllThatItHas) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root;
  ops::CreateRequest request = creation_of({});
  request.mounts.root = root.path();
  Holder holder(request);
  const std::string mounts = read_process_file(holder.pid(), "mountinfo");
  EXPECT_EQ(std::count(mounts.begin(), mounts.end(), '\n'), 1) << mounts;
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

// In a chroot the kernel makes no user namespace.
TEST_F(CreateRoot, IsNoChrootU14) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root;
  ops::CreateRequest request = script_in(root, "busybox unshare -U busybox true");
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateRoot, IsWhereTheProgramIsLookedUp) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/only"});
  root.make_link("/only", "bin");
  ops::CreateRequest request = script_in(root, "exit 7");
  request.program.front() = "/only/sh";
  EXPECT_EQ(outcome_of(request).status, 7);
  request.program = {"/usr/bin/env"};
  const Error error = error_of(request);
  EXPECT_EQ(error.trouble, Trouble::not_found);
  EXPECT_THAT(error.hint, HasSubstr("the path is looked up there, not here"));
}

TEST_F(CreateRoot, IsADirectoryThatIsThere) {
  ops::CreateRequest request = creation_of({}, {"true"});
  request.mounts.root = "/nonexistent\n";
  Error error = error_of(request);
  EXPECT_THAT(error.message(), HasSubstr("--root: open /nonexistent\\n: No such file"));
  request.mounts.root = "/proc/self/status";
  error = error_of(request);
  EXPECT_THAT(error.message(), HasSubstr("--root: open /proc/self/status: Not a directory"));
}

TEST_F(CreateRoot, MayBeTheOneThatThereIs) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = creation_of({}, {"/bin/sh", "-c", "test -e /proc/self/status"});
  request.mounts.root = "/";
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateRoot, MayBeWhereTheCallerStands) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root;
  ops::CreateRequest request = script_in(root, "echo /*");
  request.mounts.root = ".";
  const FrontOutcome outcome =
      outcome_of(request, [&] { must(::chdir(root.path().c_str()) == 0, "chdir"); });
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(output_of_program(outcome), "/bin\n");
}

// open(2) of the directory is before the clone, but its mount is the child's own.
TEST_F(CreateRoot, ThatIsClosedToTheNewUserNamespaceIsRefusedByRoot) {
  REQUIRE_ROOT();
  REQUIRE_SMALL_ROOT();
  const SmallRoot root({"/closed", "/closed/in"});
  root.make_directory("/closed");
  root.make_directory("/closed/in");
  const std::string closed = root / "/closed";
  ASSERT_EQ(::chown(closed.c_str(), 1234, 1234), 0);
  ASSERT_EQ(::chmod(closed.c_str(), 0700), 0);
  ops::CreateRequest request = creation_of({}, {"true"});
  request.ids.map_root_user = true;
  request.mounts.root = closed + "/in";
  const Error error = error_of(request);
  EXPECT_THAT(error.message(), HasSubstr("--root: open " + closed + "/in: Permission denied"));
  EXPECT_THAT(error.hint, HasSubstr("files of users that it does not map"));
}

using CreateDirectory = LeakCheck;

TEST_F(CreateDirectory, IsLookedUpInside) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root;
  ops::CreateRequest request = script_in(root, "pwd");
  request.mounts.working_directory = "bin";
  EXPECT_EQ(output_of_program(outcome_of(request)), "/bin\n");
  request.mounts.working_directory = "/usr/share";
  const Error error = error_of(request);
  EXPECT_THAT(error.message(), HasSubstr("--wd: chdir /usr/share: No such file or directory"));
}

// A link as /proc has them leads out of every root.
TEST_F(CreateDirectory, OutsideOfTheRootIsRefused) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/proc"});
  ops::CreateRequest request = script_in(root, "pwd");
  request.mounts.proc = "/proc";
  request.mounts.working_directory = "/proc/1/fd/0";
  const Error error = error_of(request);
  EXPECT_EQ(error.errnum, ELOOP);
  EXPECT_THAT(error.message(), HasSubstr("--wd: chdir /proc/1/fd/0: "));
  EXPECT_THAT(error.hint, HasSubstr("leads out of the root directory"));
}

TEST_F(CreateDirectory, NeedsNoNewRoot) {
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = creation_of({ns::Kind::uts}, {"/bin/sh", "-c", "pwd"});
  request.mounts.working_directory = "/proc";
  EXPECT_EQ(output_of_program(outcome_of(request)), "/proc\n");
}

}  // namespace
}  // namespace nsplay::test
