// The ids of a new user namespace are those that were asked for, to the last one.

#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/base/text.h"

#include "kernel/holder.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// "0 1000 1; 1 100000 10".
std::string map_of(pid_t pid, const char* file) {
  std::string text;
  const std::string lines = read_process_file(pid, file);
  for (const std::string_view line : split(lines, '\n')) {
    std::string shown;
    for (const std::string_view word : split_words(line)) {
      shown += (shown.empty() ? "" : " ") + std::string(word);
    }
    text += (text.empty() || shown.empty() ? "" : "; ") + shown;
  }
  return text;
}

struct Expected {
  std::string users;
  std::string groups;
  std::string setgroups;
};

void expect_maps(const ops::IdsRequest& ids,
                 const Expected& expected,
                 const Preparation& preparation = {}) {
  ops::CreateRequest request;
  request.ids = ids;
  Holder holder(request, preparation);
  EXPECT_EQ(map_of(holder.pid(), "uid_map"), expected.users);
  EXPECT_EQ(map_of(holder.pid(), "gid_map"), expected.groups);
  EXPECT_EQ(read_process_file(holder.pid(), "setgroups"), expected.setgroups + "\n");
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

FrontOutcome outcome_of(const ops::IdsRequest& ids, const Preparation& preparation = {}) {
  ops::CreateRequest request;
  request.ids = ids;
  request.program = inside("report");
  return in_child(create_and_wait(request, preparation));
}

void expect_refusal(const FrontOutcome& outcome,
                    const std::string& message,
                    const std::string& hint) {
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr(message));
  EXPECT_THAT(outcome.error->hint, HasSubstr(hint));
  EXPECT_EQ(outcome.children_left, 0U);
}

ops::IdsRequest as_root() {
  ops::IdsRequest ids;
  ids.map_root_user = true;
  return ids;
}

ops::IdsRequest users(std::vector<std::string> ranges) {
  ops::IdsRequest ids;
  ids.users = std::move(ranges);
  return ids;
}

ops::IdsRequest with_auto(ops::IdsRequest ids) {
  ids.both = {"auto"};
  return ids;
}

class CreateIds : public LeakCheck {};

// util-linux denies setgroups to a real root's -r, for nothing.
TEST_F(CreateIds, U6ARealRootKeepsSetgroupsByRoot) {
  REQUIRE_ROOT();
  expect_maps(as_root(), {"0 0 1", "0 0 1", "allow"});
  ops::IdsRequest denied = as_root();
  denied.setgroups = ops::Setgroups::deny;
  expect_maps(denied, {"0 0 1", "0 0 1", "deny"});
}

// util-linux: "0 0 1 / 1 1 4294967294", one id less than there are.
TEST_F(CreateIds, RootAmongAllLosesNoIdByRoot) {
  REQUIRE_ROOT();
  ops::IdsRequest ids = as_root();
  ids.users = ids.groups = {"all"};
  const std::string all = map_of(::getpid(), "uid_map");
  expect_maps(ids, {all, map_of(::getpid(), "gid_map"), "allow"});
}

// util-linux: "0 0 999".
TEST_F(CreateIds, AdjacentRangesLoseNoIdByRoot) {
  REQUIRE_ROOT();
  ops::IdsRequest ids = users({"0:100000:1000", "2000,1001,5"});
  ids.user = "1000";
  ids.groups = {"0:5:7"};
  expect_maps(ids, {"0 100000 1000; 1000 0 1; 1001 2000 5", "0 5 7", "allow"});
}

// util-linux: "failed to write /proc/N/uid_map: Invalid argument".
TEST_F(CreateIds, U11AnIdClaimedTwiceIsRefusedWithBothRanges) {
  expect_refusal(outcome_of(users({"0:100000:10", "5:200000:10"})),
                 "uid 5 inside is claimed twice: by --map-users 0:100000:10 (0 100000 10) and by "
                 "--map-users 5:200000:10 (5 200000 10)",
                 "one counterpart");
}

TEST_F(CreateIds, TheCallerBecomesRootOrStaysHimself) {
  REQUIRE_USER_NAMESPACES();
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  const std::string setgroups = uid == "0" ? "allow" : "deny";
  expect_maps(as_root(), {"0 " + uid + " 1", "0 " + gid + " 1", setgroups});
  ops::IdsRequest himself;
  himself.map_current_user = true;
  expect_maps(himself, {uid + " " + uid + " 1", gid + " " + gid + " 1", setgroups});
  ops::IdsRequest named;
  named.user = "root";
  named.group = "7";
  expect_maps(named, {"0 " + uid + " 1", "7 " + gid + " 1", setgroups});
}

// unshare(1) promises the real ids, and maps the effective ones.
TEST_F(CreateIds, U21TheEffectiveIdsAreThoseThatAreKeptByRoot) {
  REQUIRE_ROOT();
  ops::IdsRequest ids;
  ids.map_current_user = true;
  expect_maps(ids, {"4321 4321 1", "4322 4322 1", "deny"}, [] {
    must(::setresgid(4322, 4322, 4322) == 0, "setresgid");
    must(::setresuid(0, 4321, 4321) == 0, "setresuid");
    must(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "PR_SET_DUMPABLE");
  });
}

TEST_F(CreateIds, OneSideAloneLeavesTheOtherEmptyWithANote) {
  REQUIRE_USER_NAMESPACES();
  ops::IdsRequest ids;
  ids.user = "5";
  const FrontOutcome only_user = outcome_of(ids);
  EXPECT_TRUE(passed(only_user));
  EXPECT_THAT(only_user.output, HasSubstr("note no group is mapped"));
  EXPECT_EQ(InsideReport(only_user.output)["uid"], "5 5 5");
  EXPECT_EQ(InsideReport(only_user.output)["gid"], "65534 65534 65534");
  ids = {};
  ids.group = "5";
  const FrontOutcome only_group = outcome_of(ids);
  EXPECT_TRUE(passed(only_group));
  EXPECT_THAT(only_group.output, HasSubstr("note no user is mapped"));
  EXPECT_EQ(InsideReport(only_group.output)["gid"], "5 5 5");
}

TEST_F(CreateIds, NoneAreMappedOnDemand) {
  REQUIRE_USER_NAMESPACES();
  ops::IdsRequest ids;
  ids.map_none = true;
  expect_maps(ids, {"", "", "allow"});
  const FrontOutcome outcome = outcome_of(ids);
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, Not(HasSubstr("note")));
}

TEST_F(CreateIds, DenialOfSetgroupsAloneKeepsTheUsualMap) {
  REQUIRE_USER_NAMESPACES();
  ops::IdsRequest ids;
  ids.setgroups = ops::Setgroups::deny;
  const FrontOutcome outcome = outcome_of(ids);
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "0 0 0");
}

TEST_F(CreateIds, AnOrdinaryUserMayNotAllowSetgroupsForHisGroupAlone) {
  ops::IdsRequest ids = as_root();
  ids.setgroups = ops::Setgroups::allow;
  expect_refusal(outcome_of(ids, become_ordinary_user),
                 "--setgroups allow contradicts --map-root-user of an ordinary user",
                 "--map-auto");
}

TEST_F(CreateIds, WhereSetgroupsIsDeniedItCannotBeAllowedBelow) {
  REQUIRE_USER_NAMESPACES();
  ops::IdsRequest ids = as_root();
  ids.setgroups = ops::Setgroups::allow;
  expect_refusal(outcome_of(ids,
                            [] {
                              Maps maps = caller_as_root();
                              maps.setgroups = "deny";
                              enter_user_namespace(maps);
                            }),
                 "--setgroups allow: your own user namespace denies it",
                 "every one below");
}

TEST_F(CreateIds, WhatTheOwnNamespaceDoesNotMapIsNamedWithItsLine) {
  REQUIRE_USER_NAMESPACES();
  expect_refusal(
      outcome_of(users({"0:0:1", "1:5:1"}), [] { enter_user_namespace(caller_as_root()); }),
      "uid_map line 2, '1 5 1': not all of these ids are mapped in your own user namespace",
      "/proc/self/uid_map");
}

TEST_F(CreateIds, IdZeroWithoutSetfcapIsNamedWithItsLineByRoot) {
  REQUIRE_ROOT();
  const FrontOutcome outcome = outcome_of(as_root(), [] { lose_capability(CAP_SETFCAP); });
  expect_refusal(outcome, "uid_map line 1, '0 0 1': it maps id 0", "CAP_SETFCAP");
  EXPECT_EQ(outcome.error->errnum, EPERM);
}

TEST_F(CreateIds, ANameThatNobodyHasIsRefused) {
  ops::IdsRequest ids;
  ids.user = "no such user";
  expect_refusal(outcome_of(ids), "--map-user: 'no such user' is neither a uid nor the name", "");
}

/// Private texts of /etc/subuid and /etc/subgid for an ordinary user, who has them by newuidmap(1).
class CreateSubordinateIds : public LeakCheck {
 protected:
  [[nodiscard]] Preparation user_with(const std::string& lines) const {
    const std::string file = directory_.file("ids", lines, 0644);
    return [file] {
      unshare_or_end({ns::Kind::mnt});
      must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make / private");
      for (const char* place : {"/etc/subuid", "/etc/subgid"}) {
        must(::mount(file.c_str(), place, nullptr, MS_BIND, nullptr) == 0, place);
      }
      become_ordinary_user();
    };
  }

  static bool can_run() {
    return ::access("/usr/bin/newuidmap", X_OK) == 0 && ::access("/etc/subuid", F_OK) == 0 &&
           ::access("/etc/subgid", F_OK) == 0;
  }

 private:
  TemporaryDirectory directory_;
};

#define REQUIRE_UIDMAP()                                   \
  REQUIRE_ROOT();                                          \
  if (!can_run()) {                                        \
    GTEST_SKIP() << "the package uidmap is not installed"; \
  }                                                        \
  static_assert(true)

// util-linux takes the first line alone, and maps one id less.
TEST_F(CreateSubordinateIds, U13AreAllOfThemBehindRootByRoot) {
  REQUIRE_UIDMAP();
  expect_maps(with_auto(as_root()),
              {"0 65534 1; 1 100000 65536; 65537 300000 10; 65547 400000 5",
               "0 65534 1; 1 100000 65536; 65537 300000 10; 65547 400000 5",
               "allow"},
              user_with("other:1:1\n65534:100000:65536\n65534:300000:10\n65534:400000:5\n"));
}

TEST_F(CreateSubordinateIds, AreThereForACallerThatIgnoresItsChildrenByRoot) {
  REQUIRE_UIDMAP();
  const Preparation user = user_with("65534:100000:5\n");
  const std::string map = "0 65534 1; 1 100000 5";
  expect_maps(with_auto(as_root()), {map, map, "allow"}, [&] {
    user();
    must(std::signal(SIGCHLD, SIG_IGN) != SIG_ERR, "ignore SIGCHLD");
  });
}

TEST_F(CreateSubordinateIds, GoAroundTheCallersOwnIdByRoot) {
  REQUIRE_UIDMAP();
  ops::IdsRequest ids;
  ids.map_current_user = true;
  const std::string map = "0 100000 65534; 65534 65534 1; 65535 165534 2";
  expect_maps(with_auto(ids), {map, map, "allow"}, user_with("65534:100000:65536\n"));
}

TEST_F(CreateSubordinateIds, KeepTheirNumbersOnDemandByRoot) {
  REQUIRE_UIDMAP();
  ops::IdsRequest ids;
  ids.both = {"subids"};
  const std::string map = "100000 100000 65536; 300000 300000 10";
  expect_maps(ids, {map, map, "allow"}, user_with("65534:300000:10\n65534:100000:65536\n"));
}

TEST_F(CreateSubordinateIds, MayDenySetgroupsByRoot) {
  REQUIRE_UIDMAP();
  ops::IdsRequest ids = with_auto(as_root());
  ids.setgroups = ops::Setgroups::deny;
  const std::string map = "0 65534 1; 1 100000 5";
  expect_maps(ids, {map, map, "deny"}, user_with("65534:100000:5\n"));
}

/// Until its exec the program shares the init's memory, and a change of credentials keeps others
/// from looking at whoever has that.
TEST_F(CreateSubordinateIds, LetTheProgramBeAnotherUserWhomItsMakerMayLookAtByRoot) {
  REQUIRE_UIDMAP();
  ops::CreateRequest request = creation_of({ns::Kind::pid}, inside("wait"));
  request.ids = with_auto(as_root());
  request.account = {"5", "5"};
  std::size_t announced = 0;
  request.announce = [&](const ops::CreateReport& report) -> Result<> {
    announced = report.namespaces.size();
    return {};
  };
  const Preparation user = user_with("65534:100000:65536\n");
  const FrontOutcome outcome = in_child([&] {
    user();
    const auto creation = ops::create(request);
    ASSERT_TRUE(creation) << creation.error().message();
    EXPECT_EQ(announced, ns::all_kinds().size());
    EXPECT_TRUE(is_readable_process(creation->pid));
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateSubordinateIds, ThatAreSomebodyElsesAreRefusedInTheProgramsWordsByRoot) {
  REQUIRE_UIDMAP();
  expect_refusal(outcome_of(users({"0:5:10"}), user_with("65534:100000:5\n")),
                 "newuidmap: uid range [0-10) -> [5-15) not allowed",
                 "getsubids(1)");
}

TEST_F(CreateSubordinateIds, OfWhomHasNoneAreRefusedWithTheCureByRoot) {
  REQUIRE_UIDMAP();
  expect_refusal(outcome_of(with_auto({}), user_with("other:100000:5\n")),
                 "--map-auto: ",
                 "usermod --add-subuids");
}

TEST_F(CreateSubordinateIds, WithoutTheProgramNameItsPackageByRoot) {
  REQUIRE_UIDMAP();
  const Preparation user = user_with("65534:100000:5\n");
  expect_refusal(outcome_of(with_auto(as_root()),
                            [&] {
                              user();
                              set_variable("PATH", "/nonexistent");
                            }),
                 "newuidmap is not installed",
                 "install the package uidmap");
}

}  // namespace
}  // namespace nsplay::test
