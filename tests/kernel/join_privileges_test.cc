// What a joined program may do: capabilities kept and dropped, no_new_privs.

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/credentials.h"

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;

class JoinPrivileges : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }
};

TEST_F(JoinPrivileges, NoNewPrivilegesHoldInTheProgram) {
  const ChildInNamespaces target(ns::KindSet{Kind::user});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["no-new-privs"], "0");
  request.privileges.no_new_privileges = true;
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["no-new-privs"], "1");
}

constexpr sys::CapabilitySet net_admin = sys::CapabilitySet{1} << 12;

TEST_F(JoinPrivileges, DroppedCapabilitiesDoNotComeBackWithTheExec) {
  const ChildInNamespaces target(ns::KindSet{Kind::user});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.privileges.dropped = net_admin;
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["caps"], "000001ffffffefff");
  request.privileges.dropped = sys::all_capabilities;
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["caps"], "0000000000000000");
}

TEST_F(JoinPrivileges, CapabilitiesAreKeptByAnOrdinaryUserToo) {
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = caller_as(1000, 1000)});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["caps"], "0000000000000000");
  request.privileges.keep_capabilities = true;
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["caps"], "000001ffffffffff");
  request.privileges.dropped = net_admin;
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["caps"], "000001ffffffefff");
}

TEST_F(JoinPrivileges, DroppedCapabilitiesMayBeThoseThatTheChangeOfTheUserNeedsByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = every_id()});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.identity.user = "4711";
  request.privileges.dropped = sys::all_capabilities;
  const FrontOutcome outcome = in_child(join_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "4711 4711 4711");
}

TEST_F(JoinPrivileges, AmbientCapabilitiesOfTheCallerAreNotAnotherUsersByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::uts});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.identity.user = "4712";
  const FrontOutcome outcome = in_child(join_and_wait(request, [] {
    must(sys::keep_capabilities() == 0, "keep capabilities");
    must(::setresuid(4711, 4711, 4711) == 0, "setresuid");
    must(sys::pass_capabilities_on() == 0, "ambient capabilities");
  }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["caps"], "0000000000000000");
}

TEST_F(JoinPrivileges, CapabilitiesAreKeptThroughAChangeOfTheUserByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = every_id()});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.identity.user = "4711";
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["caps"], "0000000000000000");
  request.privileges.keep_capabilities = true;
  EXPECT_EQ(InsideReport(in_child(join_and_wait(request)).output)["caps"], "000001ffffffffff");
}

}  // namespace
}  // namespace nsplay::test
