// Who one is in a new user namespace, and how an ordinary user comes to have one.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/holder.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

class CreateAsOrdinaryUser : public LeakCheck {};

TEST_F(CreateAsOrdinaryUser, AddsAUserNamespaceInWhichHeIsRootAndSaysSo) {
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = creation_of({}, inside("report"));
  request.hostname = "mine";
  const FrontOutcome outcome = in_child(create_and_wait(request, become_ordinary_user));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, HasSubstr("note you lack CAP_SYS_ADMIN: added a user namespace"));
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["nodename"], "mine");
  EXPECT_EQ(report["uid"], "0 0 0");
  EXPECT_EQ(report["gid"], "0 0 0");
  EXPECT_NE(report["caps"], "0000000000000000");
  EXPECT_NE(report.link(Kind::user), namespace_link(::getpid(), Kind::user));
}

TEST_F(CreateAsOrdinaryUser, MakesAllEightKinds) {
  REQUIRE_USER_NAMESPACES();
  Holder holder(creation_of(KindSet::all()), become_ordinary_user);
  EXPECT_EQ(read_process_file(holder.pid(), "setgroups"), "deny\n");
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateAsOrdinaryUser, SaysNothingWhenHeAskedForTheUserNamespace) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child(create_and_wait(
      creation_of({Kind::user, Kind::uts}, inside("exit", {"0"})), become_ordinary_user));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, testing::Not(HasSubstr("note")));
}

TEST_F(CreateAsOrdinaryUser, U7WhoMayMakeNoUserNamespaceIsToldWhy) {
  const FrontOutcome outcome = in_child(create_and_wait(creation_of({Kind::uts}), [] {
    become_ordinary_user();
    deny_clone_of_namespaces(EPERM);
    deny_syscall(SYS_clone3, ENOSYS);
  }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, EPERM);
  EXPECT_THAT(outcome.error->message(), HasSubstr("cannot create user, uts: clone"));
  EXPECT_FALSE(outcome.error->hint.empty());
  EXPECT_EQ(outcome.children_left, 0U);
}

class CreateAsRoot : public LeakCheck {};

TEST_F(CreateAsRoot, KeepsEveryIdAsItIsInANewUserNamespaceByRoot) {
  REQUIRE_ROOT();
  Holder holder(creation_of({Kind::user}));
  for (const char* map : {"uid_map", "gid_map"}) {
    EXPECT_EQ(read_process_file(holder.pid(), map), read_process_file(::getpid(), map));
  }
  EXPECT_EQ(read_process_file(holder.pid(), "setgroups"), "allow\n");
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateAsRoot, OfAUserNamespaceThatMapsHimAloneCanMakeOneMore) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome =
      in_child(create_and_wait(creation_of(KindSet::all(), inside("report")),
                               [] { enter_user_namespace(caller_as_root()); }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "0 0 0");
}

}  // namespace
}  // namespace nsplay::test
