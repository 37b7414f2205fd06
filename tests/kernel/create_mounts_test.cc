// What the child gets mounted freshly: /proc, /dev, binfmt_misc.

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/chroot.h"
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
using testing::HasSubstr;

using CreateProc = LeakCheck;
using CreateDev = LeakCheck;
using CreateBinfmt = LeakCheck;

ops::CreateRequest script(const std::string& text) {
  return creation_of({}, {"/bin/sh", "-c", text});
}

// unshare -p --mount-proc shows the caller's processes.
TEST_F(CreateProc, BringsThePidNamespaceThatItShowsU2) {
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = script("cd /proc && echo pids [0-9]*");
  request.mounts.proc = "/proc";
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, testing::ContainsRegex("pids 1 [0-9]+\n"));
}

TEST_F(CreateProc, MayBeElsewhere) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory place;
  ops::CreateRequest request = script("cd " + place.path() + " && echo pids [0-9]*");
  request.mounts.proc = place.path();
  EXPECT_THAT(outcome_of(request).output, testing::ContainsRegex("pids 1 [0-9]+\n"));
}

// util-linux: "mount /proc failed: Operation not permitted".
TEST_F(CreateProc, IsRefusedWithTheMountThatHidesAPartU10ByRoot) {
  REQUIRE_ROOT();
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = script("true");
  request.kinds.insert(Kind::user);
  request.mounts.proc = "/proc";
  const Error error = error_of(request, hide_a_part_of_proc);
  EXPECT_EQ(error.errnum, EPERM);
  EXPECT_THAT(error.message(), HasSubstr("--mount-proc: mount proc: Operation not permitted"));
  EXPECT_THAT(error.hint, testing::ContainsRegex("^/proc/(acpi|tty) hides a part of /proc here"));
  EXPECT_THAT(error.hint, HasSubstr("do without the new user namespace"));
}

// LeakCheck would see it in the test's own /proc: the mounts of the test are shared.
TEST_F(CreateProc, StaysInsideWhereMountsGoOutByRoot) {
  REQUIRE_ROOT();
  for (const auto propagation : {sys::Propagation::shared, sys::Propagation::unchanged}) {
    ops::CreateRequest request = script("cd /proc && echo pids [0-9]*");
    request.mounts.proc = "/proc";
    request.mounts.propagation = propagation;
    EXPECT_THAT(outcome_of(request).output, testing::ContainsRegex("pids 1 [0-9]+\n"));
    const TemporaryDirectory place;
    request.mounts.proc = place.path();
    const Error error = error_of(request);
    EXPECT_EQ(error.errnum, EINVAL);
    EXPECT_THAT(error.hint, HasSubstr("the mount would appear outside as well"));
  }
}

constexpr const char* use_devices =
    "for name in null zero full random urandom tty; do"
    "  [ -c /dev/$name ] || echo no $name; done; "
    "echo gone >/dev/null; busybox head -c 4 /dev/zero | busybox wc -c; "
    "busybox head -c 5 /dev/urandom | busybox wc -c; "
    "(echo full >/dev/full) 2>/dev/null || echo full; "
    "echo stdin | busybox cat /dev/stdin; echo stdout >/dev/stdout; busybox readlink /dev/stderr; "
    "[ -c /dev/pts/ptmx ] && : <>/dev/ptmx && echo ptmx; "
    ": >/dev/shm/file && echo shm; "
    "echo names /dev/*";

TEST_F(CreateDev, IsWhatProgramsNeed) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/dev", "/proc"});
  ops::CreateRequest request = script(use_devices);
  request.mounts.root = root.path();
  request.mounts.dev = true;
  request.mounts.proc = "/proc";
  request.kinds.insert(Kind::ipc);
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(
      output_of_program(outcome),
      testing::StartsWith("4\n5\nfull\nstdin\nstdout\n/proc/self/fd/2\nptmx\nshm\nnames /dev/fd "));
  EXPECT_THAT(outcome.output, testing::Not(HasSubstr("no ")));
}

TEST_F(CreateDev, IsAlsoForTheCallersOwnRoot) {
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = script("echo x >/dev/null && echo names /dev/*");
  request.mounts.dev = true;
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output,
              testing::ContainsRegex("names /dev/fd /dev/full (/dev/mqueue )?"
                                     "/dev/null /dev/ptmx /dev/pts /dev/random"));
}

/// ".nspt" files are run by /bin/echo.
constexpr const char* definition = ":nspt:E::nspt::/bin/echo:";

std::string use_of_interpreter(const TemporaryDirectory& directory) {
  return directory.file("program.nspt", "", 0755);
}

TEST_F(CreateBinfmt, IsOneOfItsOwn) {
  REQUIRE_USER_NAMESPACES();
  REQUIRE_KERNEL_FEATURE(own_binfmt_misc);
  const TemporaryDirectory directory;
  const std::string program = use_of_interpreter(directory);
  ops::CreateRequest request = script(program + " ran; echo /proc/sys/fs/binfmt_misc/*");
  request.mounts.interpreters = {definition};
  const FrontOutcome outcome = outcome_of(request);
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, HasSubstr(program + " ran\n"));
  EXPECT_THAT(outcome.output, HasSubstr("/proc/sys/fs/binfmt_misc/nspt"));
  EXPECT_NE(::access("/proc/sys/fs/binfmt_misc/nspt", F_OK), 0);
}

TEST_F(CreateBinfmt, MayBeElsewhereAndHasNothingAtFirst) {
  REQUIRE_USER_NAMESPACES();
  REQUIRE_KERNEL_FEATURE(own_binfmt_misc);
  const TemporaryDirectory place;
  ops::CreateRequest request = script("cd " + place.path() + " && echo *");
  request.mounts.binfmt = place.path();
  EXPECT_EQ(output_of_program(outcome_of(request)), "register status\n");
}

// With the flag F the interpreter is the caller's: the new root has none.
TEST_F(CreateBinfmt, OpensTheInterpreterOutside) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  REQUIRE_KERNEL_FEATURE(own_binfmt_misc);
  const SmallRoot root({"/proc", "/program.nspt"});
  const TemporaryDirectory outside;
  std::filesystem::copy_file("/bin/busybox", outside.path() + "/echo");
  const TemporaryDirectory programs;
  ops::CreateRequest request = script("/program.nspt ran");
  request.mounts.root = root.path();
  request.mounts.binds = {{use_of_interpreter(programs), "/program.nspt"}};
  request.mounts.interpreters = {":nspt:E::nspt::" + outside.path() + "/echo:F"};
  EXPECT_EQ(output_of_program(outcome_of(request)), "/program.nspt ran\n");
}

TEST_F(CreateBinfmt, RefusesADefinitionThatTheKernelDoes) {
  REQUIRE_USER_NAMESPACES();
  REQUIRE_KERNEL_FEATURE(own_binfmt_misc);
  ops::CreateRequest request = script("true");
  request.mounts.interpreters = {"nonsense"};
  Error error = error_of(request);
  EXPECT_THAT(error.message(), HasSubstr("write register of binfmt_misc: Invalid argument"));
  EXPECT_THAT(error.hint, HasSubstr(":NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS"));
  request.mounts.interpreters = {":nspt:E::nspt::/nonexistent/interpreter:F"};
  error = error_of(request);
  EXPECT_EQ(error.errnum, ENOENT);
  EXPECT_THAT(error.hint, HasSubstr("opened by its path outside"));
}

// As before Linux 6.7.
TEST_F(CreateBinfmt, NeedsAKernelThatHasItAndSaysSo) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory place;
  ops::CreateRequest request = script("true");
  request.mounts.binfmt = place.path();
  const Error error = error_of(request, [] { deny_syscall(SYS_fsopen, EPERM); });
  EXPECT_THAT(error.message(), HasSubstr("--mount-binfmt: mount binfmt_misc: Operation not perm"));
  EXPECT_THAT(error.hint, HasSubstr("Linux 6.7"));
}

}  // namespace
}  // namespace nsplay::test
