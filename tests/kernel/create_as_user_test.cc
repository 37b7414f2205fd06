// Who the program of create is, and what it may do: --setuid, --setgid, --keep-caps, --drop-caps,
// --no-new-privs.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/credentials.h"

#include "kernel/front.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

constexpr sys::CapabilitySet net_admin = sys::CapabilitySet{1} << 12;

class CreateAsUser : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }
};

/// In a user namespace that has the caller as this user, and nobody else.
ops::CreateRequest reporting_as(const std::string& id) {
  ops::CreateRequest request = creation_of({Kind::user}, inside("report"));
  request.ids.user = id;
  request.ids.group = id;
  return request;
}

ops::CreateRequest reporting(KindSet kinds) {
  return creation_of(kinds, inside("report"));
}

TEST_F(CreateAsUser, IdsAreThoseOfTheNewUserNamespace) {
  ops::CreateRequest request = reporting_as("4711");
  request.account = {"4711", "4711"};
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["uid"], "4711 4711 4711");
  EXPECT_EQ(report["gid"], "4711 4711 4711");
}

TEST_F(CreateAsUser, UserOrGroupThatIsNotMappedIsRefusedByItsNumberU12) {
  for (const auto& [account, id] : {std::pair(ops::AccountRequest{"1", std::nullopt}, "uid 1"),
                                    std::pair(ops::AccountRequest{std::nullopt, "1"}, "gid 1")}) {
    ops::CreateRequest request = reporting({Kind::uts});
    request.ids.map_root_user = true;
    request.account = account;
    const FrontOutcome outcome = in_child(create_and_wait(request));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->message(), HasSubstr(id + std::string(" has no mapping there")));
    EXPECT_THAT(outcome.error->hint, HasSubstr("--map-users"));
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

TEST_F(CreateAsUser, UserHasItsGroupsOfThePasswdFileByRoot) {
  REQUIRE_ROOT();
  for (const KindSet kinds : {KindSet{Kind::uts}, KindSet{Kind::user}, KindSet{Kind::pid}}) {
    ops::CreateRequest request = reporting(kinds);
    request.account = {"www-data", std::nullopt};
    expect_ids(outcome_of(request), "33", "33", "33");
  }
}

/// What unshare does not have: its -S keeps the caller's gid and supplementary groups.
TEST_F(CreateAsUser, NumberThatNobodyHasIsInGroupZeroAloneByRoot) {
  REQUIRE_ROOT();
  ops::CreateRequest request = reporting({Kind::uts});
  request.account = {"54321", std::nullopt};
  expect_ids(outcome_of(request, take_two_groups), "54321", "0", "");
}

TEST_F(CreateAsUser, GroupAloneLeavesTheUserAndNoOtherGroupByRoot) {
  REQUIRE_ROOT();
  ops::CreateRequest request = reporting({Kind::uts});
  request.account = {std::nullopt, "www-data"};
  expect_ids(outcome_of(request, take_two_groups), "0", "33", "");
}

TEST_F(CreateAsUser, NameThatNobodyHasIsRefused) {
  ops::CreateRequest request = reporting({Kind::uts});
  request.account = {"no-such-user", std::nullopt};
  const FrontOutcome outcome = in_child(create_and_wait(request));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("there is no user 'no-such-user'"));
  EXPECT_EQ(outcome.children_left, 0U);
}

/// The names are set by root, and the program may not do it again.
TEST_F(CreateAsUser, EverythingIsSetUpBeforeTheProgramIsTheUserU16) {
  ops::CreateRequest request = reporting_as("4711");
  request.kinds.insert(Kind::uts);
  request.kinds.insert(Kind::mnt);
  request.account = {"4711", "4711"};
  request.hostname = "a-host";
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["nodename"], "a-host");
  EXPECT_EQ(report["caps"], "0000000000000000");
}

TEST_F(CreateAsUser, GroupsAreKeptWhereSetgroupsIsDeniedWithANoteByRoot) {
  REQUIRE_ROOT();
  ops::CreateRequest request = reporting({Kind::user});
  request.ids.setgroups = ops::Setgroups::deny;
  request.account = {"33", "33"};
  const FrontOutcome outcome = in_child(create_and_wait(request, [] {
    EXPECT_EQ(sys::set_groups({4, 24}), 0);
  }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, HasSubstr("note the user namespace forbids setgroups"));
  EXPECT_EQ(InsideReport(outcome.output)["groups"], "4 24");
}

TEST_F(CreateAsUser, FailureOfEachStepComesBackWithItsNameByRoot) {
  REQUIRE_ROOT();
  struct Refused {
    long call;
    const char* name;
  };
  for (const Refused& refused : {Refused{SYS_setgroups, "setgroups"},
                                 Refused{SYS_setresgid, "setresgid 33"},
                                 Refused{SYS_setresuid, "setresuid 33"},
                                 Refused{SYS_capset, "drop capabilities"}}) {
    SCOPED_TRACE(refused.name);
    for (const KindSet kinds : {KindSet{Kind::uts}, KindSet{Kind::pid}}) {
      ops::CreateRequest request = reporting(kinds);
      request.account = {"www-data", std::nullopt};
      request.privileges.dropped = net_admin;
      const FrontOutcome outcome =
          in_child(create_and_wait(request, [&] { deny_syscall(refused.call, EPERM); }));
      ASSERT_TRUE(outcome.error) << outcome;
      EXPECT_THAT(outcome.error->message(),
                  HasSubstr(std::string(refused.name) + ": Operation not permitted"));
      EXPECT_EQ(outcome.children_left, 0U);
    }
  }
}

TEST_F(CreateAsUser, MayLackThePrivilegeWhichIsNamedByRoot) {
  REQUIRE_ROOT();
  ops::CreateRequest request = reporting({Kind::uts});
  request.account = {"33", "0"};
  const FrontOutcome outcome =
      in_child(create_and_wait(request, [] { lose_capability(7 /* CAP_SETUID */); }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("setresuid 33: Operation not permitted"));
  EXPECT_THAT(outcome.error->hint, HasSubstr("CAP_SETUID"));
}

TEST_F(CreateAsUser, CapabilitiesAreKeptIfThatIsAskedFor) {
  ops::CreateRequest request = reporting_as("4711");
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["caps"], "0000000000000000");
  request.privileges.keep_capabilities = true;
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["caps"], "000001ffffffffff");
  request.account = {"4711", "4711"};
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["caps"], "000001ffffffffff");
  request.privileges.dropped = net_admin;
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["caps"], "000001ffffffefff");
}

TEST_F(CreateAsUser, DroppedCapabilitiesDoNotComeBackWithTheExec) {
  ops::CreateRequest request = reporting({Kind::user});
  request.ids.map_root_user = true;
  request.privileges.dropped = net_admin;
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["caps"], "000001ffffffefff");
  request.privileges.dropped = sys::all_capabilities;
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["caps"], "0000000000000000");
}

TEST_F(CreateAsUser, NoNewPrivilegesHoldInTheProgram) {
  ops::CreateRequest request = reporting({Kind::user});
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["no-new-privs"], "0");
  request.privileges.no_new_privileges = true;
  EXPECT_EQ(InsideReport(in_child(create_and_wait(request)).output)["no-new-privs"], "1");
}

}  // namespace
}  // namespace nsplay::test
