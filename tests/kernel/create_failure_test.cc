// Every failure of create is an error that names call and cause, and leaves no process.

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ops/create_child.h"
#include "nsplay/ops/hints.h"

#include "kernel/chroot.h"
#include "kernel/holder.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

class CreateFailure : public LeakCheck {};

void expect_error(const FrontOutcome& outcome, int errnum, const std::string& text) {
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, errnum) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr(text));
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_F(CreateFailure, RequestsThatMakeNoSenseAreRefused) {
  ops::CreateRequest too_long;
  too_long.hostname = std::string(65, 'x');
  ops::CreateRequest empty_domain;
  empty_domain.domainname = "";
  ops::CreateRequest empty_host;
  empty_host.hostname = "";
  ops::CreateRequest lifetime_of_program = creation_of({Kind::uts}, inside("exit", {"0"}));
  lifetime_of_program.lifetime = std::chrono::seconds(1);
  for (const auto& request :
       {too_long, empty_domain, empty_host, lifetime_of_program, ops::CreateRequest{}}) {
    const FrontOutcome outcome = in_child(create_and_wait(request));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->trouble, Trouble::usage) << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

TEST_F(CreateFailure, AHostnameOfTheGreatestLengthIsNone) {
  ops::CreateRequest request;
  request.hostname = std::string(64, 'x');
  request.domainname = std::string(64, 'y');
  request.program = inside("report");
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["nodename"], *request.hostname);
  EXPECT_EQ(InsideReport(outcome.output)["domainname"], *request.domainname);
}

TEST_F(CreateFailure, U7AFilterThatRefusesBothClonesIsNamed) {
  for (const int answer : {ENOSYS, EPERM}) {
    for (const Words& program : {Words{}, inside("exit", {"0"})}) {
      const FrontOutcome outcome = in_child(create_and_wait(creation_of({Kind::uts}, program), [&] {
        deny_clone_of_namespaces(EPERM);
        deny_syscall(SYS_clone3, answer);
      }));
      expect_error(outcome, EPERM, "cannot create");
      EXPECT_THAT(outcome.error->message(), HasSubstr("clone"));
      EXPECT_THAT(outcome.error->hint, HasSubstr("seccomp"));
    }
  }
}

TEST_F(CreateFailure, OtherAnswersOfClone3AreFinal) {
  for (const int answer : {EAGAIN, ENOMEM, ENOSPC, EINVAL}) {
    const FrontOutcome outcome = in_child(
        create_and_wait(creation_of(KindSet::all()), [&] { deny_syscall(SYS_clone3, answer); }));
    expect_error(outcome, answer, "clone");
  }
}

/// How a step of the child is made to fail, and what is said then.
struct FailingStep {
  ops::Step step = ops::Step::ready;
  KindSet kinds = {};
  void (*ask)(ops::CreateRequest& request) = nullptr;
  long denied = -1;  ///< the system call; -1: the kernel refuses what was asked for
  int errnum = EPERM;
  const char* text = nullptr;
};

constexpr FailingStep failing_steps[] = {
    {ops::Step::make_time_namespace,
     {Kind::time},
     [](ops::CreateRequest&) {},
     SYS_unshare,
     EPERM,
     "unshare CLONE_NEWTIME"},
    {ops::Step::set_time_offsets,
     {Kind::time},
     [](ops::CreateRequest& request) {
       request.time_offsets.monotonic = -std::chrono::hours(24 * 365 * 100);
     },
     -1,
     ERANGE,
     "write /proc/self/timens_offsets"},
    {ops::Step::enter_time_namespace,
     {Kind::time},
     [](ops::CreateRequest&) {},
     SYS_setns,
     EINVAL,
     "setns /proc/self/ns/time_for_children"},
    {ops::Step::set_propagation,
     {Kind::mnt},
     [](ops::CreateRequest&) {},
     SYS_mount,
     EPERM,
     "mount MS_PRIVATE"},
    {ops::Step::set_hostname,
     {Kind::uts},
     [](ops::CreateRequest& request) { request.hostname = "a-host"; },
     SYS_sethostname,
     EINVAL,
     "sethostname 'a-host'"},
    {ops::Step::set_domainname,
     {Kind::uts},
     [](ops::CreateRequest& request) { request.domainname = "a-domain"; },
     SYS_setdomainname,
     EPERM,
     "setdomainname 'a-domain'"},
    {ops::Step::bring_up_loopback,
     {Kind::net},
     [](ops::CreateRequest&) {},
     SYS_socket,
     EPERM,
     "ioctl SIOCSIFFLAGS lo"},
    {ops::Step::use_null_device,
     {Kind::uts},
     [](ops::CreateRequest& request) { request.attachment = ops::Attachment::detached; },
     SYS_dup2,
     EBADF,
     "open /dev/null"},
};

TEST_F(CreateFailure, StepsInTheChildAreNamed) {
  for (const FailingStep& row : failing_steps) {
    SCOPED_TRACE(row.text);
    for (const Words& program : {Words{}, inside("exit", {"0"})}) {
      ops::CreateRequest request = creation_of(row.kinds, program);
      row.ask(request);
      expect_error(in_child(create_and_wait(request,
                                            [&] {
                                              if (row.denied >= 0) {
                                                deny_syscall(row.denied, row.errnum);
                                              }
                                            })),
                   row.errnum,
                   row.text);
    }
  }
}

/// That of the cgroup namespace needs a cgroup: create_cgroup_test.cc.
TEST_F(CreateFailure, EveryStepInTheChildHasACaseAbove) {
  for (const ops::Step step : ops::steps_of_set_up()) {
    EXPECT_TRUE(step == ops::Step::make_cgroup_namespace ||
                std::any_of(std::begin(failing_steps),
                            std::end(failing_steps),
                            [&](const FailingStep& row) { return row.step == step; }))
        << "no test makes this one fail: " << ops::call_of(step);
  }
}

/// As deep as the kernel lets this process go; every id of it is that of its maker.
void nest_user_namespaces() {
  for (;;) {
    const std::string user = std::to_string(::geteuid());
    const std::string group = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER) != 0) {
      must(errno == ENOSPC, "unshare");
      return;
    }
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  }
}

/// The status of `body` in as many pid namespaces within each other as the kernel allows.
int at_greatest_depth(const std::function<int()>& body) {
  const long pid =
      ::syscall(SYS_clone, static_cast<unsigned long>(CLONE_NEWPID | SIGCHLD), 0, 0, 0, 0);
  if (pid < 0) {
    must(errno == ENOSPC, "clone");
    return body();
  }
  if (pid == 0) {
    ::_exit(at_greatest_depth(body));
  }
  return wait_for_child(static_cast<pid_t>(pid));
}

TEST_F(CreateFailure, U8TheGreatestDepthOfUserNamespacesIsNamed) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome =
      in_child(create_and_wait(creation_of({Kind::user}), &nest_user_namespaces));
  expect_error(outcome, ENOSPC, "cannot create user: clone");
  EXPECT_THAT(outcome.error->hint, HasSubstr("32 levels of nested user or pid namespaces"));
}

TEST_F(CreateFailure, U8TheGreatestDepthOfPidNamespacesIsNamed) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child([] {
    if (::geteuid() != 0) {
      enter_user_namespace(caller_as_root());
    }
    EXPECT_EQ(at_greatest_depth([] {
                const auto creation = ops::create(creation_of({Kind::pid}));
                EXPECT_FALSE(creation);
                EXPECT_EQ(creation.error().errnum, ENOSPC) << creation.error().message();
                EXPECT_THAT(creation.error().message(), HasSubstr("cannot create pid: clone"));
                EXPECT_THAT(creation.error().hint,
                            HasSubstr("32 levels of nested user or pid namespaces"));
                return HasFailure() ? 1 : 0;
              }),
              0);
  });
  EXPECT_TRUE(passed(outcome));
}

// Ubuntu's AppArmor lets everybody make a user namespace, and nobody write its maps.
TEST_F(CreateFailure, U9ARefusedMapIsAppArmorsWhereThatRestrictsUserNamespacesByRoot) {
  REQUIRE_ROOT();
  const FrontOutcome outcome = in_child([] {
    unshare_or_end({Kind::mnt});
    must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
    must(::mount("tmpfs", "/proc/sys/kernel", "tmpfs", 0, nullptr) == 0, "mount");
    std::ofstream("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") << "1\n";
    EXPECT_THAT(ops::mapping_hint(EPERM), HasSubstr("AppArmor restricts user namespaces"));
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateFailure, U8ALimitThatIsZeroIsNamedWithItsCure) {
  REQUIRE_USER_NAMESPACES();
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    const std::string limit(info.limit);
    const FrontOutcome outcome = in_child(create_and_wait(creation_of({info.kind}), [&] {
      enter_user_namespace(caller_as_root());
      std::ofstream file("/proc/sys/user/" + limit);
      must(static_cast<bool>(file << 0 << std::flush), "set " + limit + " to 0");
    }));
    expect_error(outcome, ENOSPC, "cannot create");
    EXPECT_THAT(outcome.error->hint, HasSubstr("user." + limit + " is 0"));
  }
}

TEST_F(CreateFailure, U7ACallerWhoseUidIsNotMappedIsTold) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome =
      in_child(create_and_wait(creation_of({Kind::user}), [] { enter_user_namespace({}); }));
  expect_error(outcome, EPERM, "clone");
  EXPECT_THAT(outcome.error->hint, HasSubstr("no mapping"));
}

TEST_F(CreateFailure, U7AUserNamespaceInAChrootIsRefusedWithThatCause) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory directory;
  const FrontOutcome outcome = in_child(create_and_wait(creation_of({Kind::user}), [&] {
    if (::geteuid() != 0) {
      enter_user_namespace(caller_as_root());
    }
    unshare_or_end({Kind::mnt});
    make_root_of(directory.path());
  }));
  expect_error(outcome, EPERM, "clone");
  EXPECT_THAT(outcome.error->hint, HasSubstr("chroot"));
}

TEST_F(CreateFailure, ALoopbackThatMayNotBeBroughtUpHasACureByRoot) {
  REQUIRE_ROOT();
  const auto without_net_admin = [] { lose_capability(CAP_NET_ADMIN); };
  ops::CreateRequest request = creation_of({Kind::net}, inside("exit", {"0"}));
  const FrontOutcome outcome = in_child(create_and_wait(request, without_net_admin));
  expect_error(outcome, EPERM, "ioctl SIOCSIFFLAGS lo");
  EXPECT_THAT(outcome.error->hint, HasSubstr("--no-loopback"));
  request.network.loopback = ops::Loopback::down;
  EXPECT_TRUE(passed(in_child(create_and_wait(request, without_net_admin))));
  request.network.loopback = ops::Loopback::up;
  request.kinds.insert(Kind::user);
  EXPECT_TRUE(passed(in_child(create_and_wait(request, without_net_admin))));
}

}  // namespace
}  // namespace nsplay::test
