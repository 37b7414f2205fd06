// Every failure of create is an error that names call and cause, and leaves no process.

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_TRUE(passed(outcome)) << outcome;
  EXPECT_EQ(InsideReport(outcome.output)["nodename"], *request.hostname);
  EXPECT_EQ(InsideReport(outcome.output)["domainname"], *request.domainname);
}

TEST_F(CreateFailure, AFilterThatRefusesBothClonesIsNamed) {
  for (const int answer : {ENOSYS, EPERM}) {
    for (const Words& program : {Words{}, inside("exit", {"0"})}) {
      const FrontOutcome outcome = in_child(create_and_wait(creation_of({Kind::uts}, program), [&] {
        deny_clone_of_namespaces(EPERM);
        deny_syscall(SYS_clone3, answer);
      }));
      expect_error(outcome, EPERM, "cannot create");
      EXPECT_THAT(outcome.error->message(), HasSubstr("clone"));
      EXPECT_FALSE(outcome.error->hint.empty());
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

TEST_F(CreateFailure, StepsInTheChildAreNamed) {
  struct {
    long number = 0;
    const char* text = nullptr;
    KindSet kinds;
  } const table[] = {
      {SYS_sethostname, "sethostname 'a-host'", {Kind::uts}},
      {SYS_setdomainname, "setdomainname 'a-domain'", {Kind::uts}},
      {SYS_mount, "mount MS_PRIVATE", {Kind::mnt}},
      {SYS_socket, "ioctl SIOCSIFFLAGS lo", {Kind::net}},
      {SYS_unshare, "unshare CLONE_NEWTIME", {Kind::time}},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.text);
    for (const Words& program : {Words{}, inside("exit", {"0"})}) {
      ops::CreateRequest request = creation_of(row.kinds, program);
      request.hostname = "a-host";
      request.domainname = "a-domain";
      expect_error(in_child(create_and_wait(request, [&] { deny_syscall(row.number, EPERM); })),
                   EPERM,
                   row.text);
    }
  }
}

TEST_F(CreateFailure, ALimitThatIsZeroIsNamedWithItsCure) {
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

TEST_F(CreateFailure, ACallerWhoseUidIsNotMappedIsTold) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome =
      in_child(create_and_wait(creation_of({Kind::user}), [] { enter_user_namespace({}); }));
  expect_error(outcome, EPERM, "clone");
  EXPECT_THAT(outcome.error->hint, HasSubstr("no mapping"));
}

TEST_F(CreateFailure, AUserNamespaceInAChrootIsRefusedWithThatCause) {
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
