// Each step of create's child that a request needs comes back with its name when it fails: those of
// mounts and of the program. The others are in create_failure_test.cc.

#include <sys/syscall.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/small_root.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;

using CreateStepFailure = LeakCheck;

struct FailingCall {
  const char* text;  ///< what the error has to say
  long denied;
  int errnum;
  void (*ask)(ops::CreateRequest& request);
};

/// Fails with this text, as what it is about, whatever runs inside.
void expect_named(const FailingCall& row, ops::CreateRequest request) {
  SCOPED_TRACE(row.text);
  row.ask(request);
  const Error error = error_of(request, [&] { deny_syscall(row.denied, row.errnum); });
  EXPECT_EQ(error.errnum, row.errnum);
  EXPECT_THAT(error.message(), HasSubstr(row.text));
}

void bind_etc(ops::CreateRequest& request) {
  request.mounts.binds = {{"/etc", "/one", ops::Access::read_only}};
}

void mount_tmpfs(ops::CreateRequest& request) {
  request.mounts.binds = {{"", "/one"}};
}

void do_nothing_more(ops::CreateRequest& /*request*/) {}

constexpr FailingCall failing_mounts[] = {
    {"pivot_root", SYS_pivot_root, EPERM, do_nothing_more},
    {"open_tree", SYS_open_tree, EPERM, bind_etc},
    {"read-only", SYS_mount_setattr, EACCES, bind_etc},
    {"--root: mount", SYS_move_mount, EPERM, bind_etc},
    {"--tmpfs /one: mount", SYS_fsopen, EPERM, mount_tmpfs},
    {"--tmpfs /one: mount", SYS_fsmount, EPERM, mount_tmpfs},
};

TEST_F(CreateStepFailure, OfMountsIsNamed) {
  REQUIRE_SMALL_ROOT();
  REQUIRE_USER_NAMESPACES();
  const SmallRoot root({"/one"});
  for (const FailingCall& row : failing_mounts) {
    ops::CreateRequest request = creation_of({}, {"true"});
    request.mounts.root = root.path();
    expect_named(row, request);
  }
}

constexpr FailingCall failing_programs[] = {
    {"setgroups", SYS_setgroups, EPERM, do_nothing_more},
    {"setresgid", SYS_setresgid, EPERM, do_nothing_more},
    {"setresuid", SYS_setresuid, EPERM, do_nothing_more},
    {"drop capabilities",
     SYS_capset,
     EPERM,
     [](ops::CreateRequest& request) { request.privileges.dropped = 1; }},
    {"keep capabilities",
     SYS_prctl,
     EINVAL,
     [](ops::CreateRequest& request) { request.privileges.keep_capabilities = true; }},
    {"PR_SET_NO_NEW_PRIVS",
     SYS_prctl,
     EINVAL,
     [](ops::CreateRequest& request) { request.privileges.no_new_privileges = true; }},
    {"clone", SYS_clone, EAGAIN, do_nothing_more},
    {"execve", SYS_execve, EPERM, do_nothing_more},
};

/// With an init, with a guard, and as pid 1 itself.
TEST_F(CreateStepFailure, OfTheProgramIsNamedByRoot) {
  REQUIRE_ROOT();
  for (const FailingCall& row : failing_programs) {
    for (const ns::KindSet kinds : {ns::KindSet{Kind::pid}, ns::KindSet{Kind::uts}}) {
      ops::CreateRequest request = creation_of(kinds, inside("exit", {"0"}));
      request.account.user = "0";
      request.account.group = "0";
      expect_named(row, request);
    }
  }
}

}  // namespace
}  // namespace nsplay::test
