// Who a joined program is: ids that mean something in the target's user namespace.

#include <grp.h>
#include <unistd.h>

#include <utility>

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
using testing::HasSubstr;
using testing::Not;

class JoinIdentity : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }

  static FrontOutcome join_report(const Maps& maps, Preparation preparation = {}) {
    const ChildInNamespaces target({.kinds = {Kind::user}, .maps = maps});
    FrontOutcome outcome = in_child(
        join_and_wait(joining(target.expression(), inside("report")), std::move(preparation)));
    EXPECT_TRUE(passed(outcome));
    return outcome;
  }
};

TEST_F(JoinIdentity, IsRootWhereTheMapHasRoot) {
  const FrontOutcome outcome = join_report(caller_as_root());
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["uid"], "0 0 0");
  EXPECT_EQ(report["gid"], "0 0 0");
  EXPECT_EQ(report["caps"], "000001ffffffffff");
  EXPECT_THAT(outcome.output, Not(HasSubstr("note the user namespace maps neither")));
}

TEST_F(JoinIdentity, N9IsTheTargetsWhereTheMapHasNoRoot) {
  const FrontOutcome outcome = join_report(caller_as(1000, 1001));
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["uid"], "1000 1000 1000");
  EXPECT_EQ(report["gid"], "1001 1001 1001");
  EXPECT_THAT(outcome.output, Not(HasSubstr("note")));
}

TEST_F(JoinIdentity, IsTheOverflowIdWithANoteWhereNothingIsMapped) {
  const FrontOutcome outcome = join_report(Maps{});
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["uid"], "65534 65534 65534");
  EXPECT_EQ(report["gid"], "65534 65534 65534");
  EXPECT_EQ(report["caps"], "0000000000000000");
  EXPECT_THAT(outcome.output, HasSubstr("note the user namespace maps neither 0 nor"));
}

TEST_F(JoinIdentity, IsTheOverflowIdWithANoteWhereOnlyOthersAreMappedByRoot) {
  REQUIRE_ROOT();
  const FrontOutcome outcome = join_report({"5 777 1", "6 778 1", ""});
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["uid"], "65534 65534 65534");
  EXPECT_EQ(report["gid"], "65534 65534 65534");
  EXPECT_THAT(outcome.output, HasSubstr("note the user namespace maps neither 0 nor"));
}

TEST_F(JoinIdentity, KeepsNoGroupOfTheCallerWhereGroupsMayBeSetByRoot) {
  REQUIRE_ROOT();
  const FrontOutcome outcome = join_report(every_id(), take_two_groups);
  EXPECT_EQ(InsideReport(outcome.output)["groups"], "");
  EXPECT_THAT(outcome.output, Not(HasSubstr("note")));
}

TEST_F(JoinIdentity, N8KeepsNoGroupOfTheCallerWhereGroupsMayNotBeSetByRoot) {
  REQUIRE_ROOT();
  const FrontOutcome outcome = join_report(caller_as_root(), take_two_groups);
  EXPECT_EQ(InsideReport(outcome.output)["groups"], "");
  EXPECT_THAT(outcome.output, Not(HasSubstr("note")));
}

void take_two_groups_and_lose_setgid() {
  take_two_groups();
  must(sys::drop_capabilities(sys::CapabilitySet{1} << static_cast<int>(sys::Capability::setgid)) ==
           0,
       "drop CAP_SETGID");
}

TEST_F(JoinIdentity, KeepsTheCallersGroupsWithANoteWhereHeMayNotSetThemEitherByRoot) {
  REQUIRE_ROOT();
  const FrontOutcome outcome = join_report(caller_as_root(), take_two_groups_and_lose_setgid);
  EXPECT_EQ(InsideReport(outcome.output)["groups"], "65534 65534");
  EXPECT_THAT(outcome.output, HasSubstr("note the user namespace forbids setgroups"));
}

TEST_F(JoinIdentity, StaysTheCallersWithoutAUserNamespaceByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::uts});
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("report")), take_two_groups));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["groups"], "4 24");
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "0 0 0");
}

/// The map is the one that the target's own descendants read, and ids of a target that is not root
/// there are no reason to be less than root.
TEST_F(JoinIdentity, IsRootAlsoOfATargetThatIsNotByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = every_id(), .inside = [] {
                                    must(::setresgid(1000, 1000, 1000) == 0, "setresgid");
                                    must(::setresuid(1000, 1000, 1000) == 0, "setresuid");
                                  }});
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("report"))));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "0 0 0");
}

/// A namespace file has no process whose ids it could be: where root is not mapped, the caller's.
TEST_F(JoinIdentity, OfAFileIsRootWhereThatIsMapped) {
  struct {
    Maps maps;
    const char* uid = nullptr;
  } const table[] = {{caller_as_root(), "0 0 0"}, {caller_as(1000, 1000), "1000 1000 1000"}};
  for (const auto& row : table) {
    const ChildInNamespaces target({.kinds = {Kind::user}, .maps = row.maps});
    const FrontOutcome outcome =
        in_child(join_and_wait(joining(target.namespace_file(Kind::user), inside("report"))));
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(InsideReport(outcome.output)["uid"], row.uid);
  }
}

TEST_F(JoinIdentity, OfAFileKeepsNoGroupOfTheCallerByRoot) {
  REQUIRE_ROOT();
  for (const Maps& maps : {every_id(), caller_as_root()}) {
    const ChildInNamespaces target({.kinds = {Kind::user}, .maps = maps});
    const FrontOutcome outcome = in_child(join_and_wait(
        joining(target.namespace_file(Kind::user), inside("report")), take_two_groups));
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(InsideReport(outcome.output)["groups"], "");
  }
}

TEST_F(JoinIdentity, OfAFileIsTheOverflowIdWithANoteWhereOnlyOthersAreMappedByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = {"5 777 1", "6 778 1", ""}});
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.namespace_file(Kind::user), inside("report"))));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "65534 65534 65534");
  EXPECT_THAT(outcome.output, HasSubstr("note the user namespace maps neither 0 nor your id"));
}

/// Beside a namespace of a process whose user namespace the file is.
TEST_F(JoinIdentity, OfAFileIsThatOfATargetInTheSameUserNamespaceByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(
      {.kinds = {Kind::user, Kind::uts}, .maps = {"5 777 1", "6 778 1", ""}, .inside = [] {
         must(::setresgid(6, 6, 6) == 0, "setresgid");
         must(::setresuid(5, 5, 5) == 0, "setresuid");
       }});
  ops::JoinRequest request = joining(target.expression(), inside("report"), {Kind::uts});
  request.sources = {{Kind::user, target.namespace_file(Kind::user)}};
  const FrontOutcome outcome = in_child(join_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "5 5 5");
  EXPECT_EQ(InsideReport(outcome.output)["gid"], "6 6 6");
}

TEST_F(JoinIdentity, OfAFileMayBeChosenWhereGroupsMayNotBeSetByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::user}, .maps = caller_as(1000, 1000)});
  ops::JoinRequest request = joining(target.namespace_file(Kind::user), inside("report"));
  request.identity.user = "1000";
  request.identity.group = "1000";
  const FrontOutcome outcome = in_child(join_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "1000 1000 1000");
  request.identity.user = "4711";
  const FrontOutcome refused = in_child(join_and_wait(request));
  ASSERT_TRUE(refused.error) << refused;
  EXPECT_THAT(refused.error->message(), HasSubstr("uid 4711 has no mapping there"));
}

/// By who may set groups only inside, where that is allowed or not.
TEST_F(JoinIdentity, OfAFileSetsGroupsWhereThatIsAllowedByRoot) {
  REQUIRE_ROOT();
  struct {
    Maps maps;
    const char* groups = nullptr;
    bool has_note = false;
  } const table[] = {{every_id(), "", false}, {caller_as_root(), "65534 65534", true}};
  for (const auto& row : table) {
    const ChildInNamespaces target({.kinds = {Kind::user}, .maps = row.maps});
    const FrontOutcome outcome =
        in_child(join_and_wait(joining(target.namespace_file(Kind::user), inside("report")),
                               take_two_groups_and_lose_setgid));
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(InsideReport(outcome.output)["groups"], row.groups);
    EXPECT_EQ(outcome.output.find("note the user namespace forbids setgroups") != std::string::npos,
              row.has_note)
        << outcome;
  }
}

}  // namespace
}  // namespace nsplay::test
