// Namespaces that are taken from several places: one TARGET each, a socket, the parent of a user
// namespace.

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ns/handle.h"

#include "kernel/front.h"
#include "kernel/links.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

using JoinSources = LeakCheck;

InsideReport report_of(const ops::JoinRequest& request) {
  const FrontOutcome outcome = in_child(join_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  return InsideReport(outcome.output);
}

/// One that this process, as an ordinary user too, may join the namespaces of.
KindSet kinds_with_user(KindSet kinds) {
  kinds.insert(Kind::user);
  return kinds;
}

TEST_F(JoinSources, AreMixedByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces one({Kind::uts, Kind::ipc});
  const ChildInNamespaces other({Kind::uts, Kind::net});
  ops::JoinRequest request = joining(one.expression(), inside("report"), {Kind::uts, Kind::ipc});
  request.sources = {{Kind::uts, other.expression()}, {Kind::net, other.namespace_file(Kind::net)}};
  const InsideReport report = report_of(request);
  EXPECT_EQ(report.link(Kind::uts), namespace_link(other.pid(), Kind::uts));
  EXPECT_EQ(report.link(Kind::net), namespace_link(other.pid(), Kind::net));
  EXPECT_EQ(report.link(Kind::ipc), namespace_link(one.pid(), Kind::ipc));
}

TEST_F(JoinSources, OfOneKindChooseThatKindAloneByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces one({Kind::uts, Kind::ipc});
  ops::JoinRequest request = joining(one.expression(), inside("report"));
  request.sources = {{Kind::uts, one.expression()}};
  EXPECT_EQ(report_of(request).link(Kind::ipc), namespace_link(::getpid(), Kind::ipc));
  request.every_kind = true;
  EXPECT_EQ(report_of(request).link(Kind::ipc), namespace_link(one.pid(), Kind::ipc));
}

TEST_F(JoinSources, NeedNoTargetByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces one({Kind::uts});
  ops::JoinRequest request = joining("", inside("report"));
  request.sources = {{Kind::uts, one.expression()}};
  EXPECT_EQ(report_of(request).link(Kind::uts), namespace_link(one.pid(), Kind::uts));
  request.kinds = {Kind::net};
  const Error error = error_of(request);
  EXPECT_EQ(error.trouble, Trouble::usage);
  EXPECT_EQ(error.message(), "cannot join: no TARGET for net");
}

/// Where nsenter fails: the user namespace has to come first, though it was named on its own.
TEST_F(JoinSources, N5HaveTheirOrderFromTheOwnersOfTheNamespaces) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target(kinds_with_user({Kind::net, Kind::uts}));
  ops::JoinRequest request = joining(target.expression(), inside("report"), {Kind::net, Kind::uts});
  request.sources = {{Kind::user, target.namespace_file(Kind::user)}};
  request.identity.preserve = true;
  expect_links(report_of(request), target.pid(), kinds_with_user({Kind::net, Kind::uts}));
}

TEST_F(JoinSources, OfNestedUserNamespacesAreJoinedFromTheOutside) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({.kinds = {Kind::user, Kind::net}, .inside = [] {
                                    enter_user_namespace({"0 0 1", "0 0 1", ""});
                                    unshare_or_end({Kind::uts});
                                  }});
  ops::JoinRequest request = joining("", inside("report"));
  for (const Kind kind : {Kind::user, Kind::net, Kind::uts}) {
    request.sources.emplace(kind, target.namespace_file(kind));
  }
  expect_links(report_of(request), target.pid(), {Kind::user, Kind::net, Kind::uts});
}

TEST_F(JoinSources, GiveThePlaceAndTheIdsTogetherWithTheirNamespaces) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target(
      TargetOptions{.kinds = {Kind::user, Kind::mnt},
                    .maps = caller_as(7, 8),
                    .inside = [] { must(::chdir("/usr") == 0, "chdir"); },
                    .environment = {"OF=target"}});
  ops::JoinRequest request = joining("", inside("report"));
  request.sources = {{Kind::user, target.expression()}, {Kind::mnt, target.expression()}};
  const InsideReport report = report_of(request);
  EXPECT_EQ(report["uid"], "7 7 7");
  EXPECT_EQ(report["gid"], "8 8 8");
  EXPECT_EQ(report["cwd"], "/usr");
  EXPECT_THAT(report.variables("OF"), testing::ElementsAre("OF=target"));
}

TEST_F(JoinSources, HaveToBeOfTheKind) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = joining("", inside("report"));
  request.sources = {{Kind::net, target.namespace_file(Kind::uts)}};
  const Error error = error_of(request);
  EXPECT_EQ(error.trouble, Trouble::usage);
  EXPECT_THAT(error.message(), HasSubstr("is no net namespace"));
}

TEST_F(JoinSources, ThatAreNoneNameTheOption) {
  ops::JoinRequest request = joining("", inside("report"));
  request.sources = {{Kind::net, "no sense"}};
  EXPECT_EQ(error_of(request).message(), "cannot join: --net=no sense: 'no sense' is not a TARGET");
  request.sources = {{Kind::net, "netns:nonexistent"}};
  const Error error = error_of(request);
  EXPECT_THAT(error.message(), HasSubstr("/run/netns/nonexistent: No such file or directory"));
  EXPECT_THAT(error.hint, HasSubstr("ip netns list"));
}

TEST_F(JoinSources, AreFoundByNumber) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = joining(target.expression(), inside("report"), with_privilege_for({}));
  const std::string inode = std::to_string(namespace_inode(target.pid(), Kind::uts));
  for (const std::string& number : {"uts:" + inode, "uts:[" + inode + "]"}) {
    request.sources = {{Kind::uts, number}};
    EXPECT_EQ(report_of(request).link(Kind::uts), namespace_link(target.pid(), Kind::uts));
  }
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  const auto handle = ns::open_namespace_file(target.namespace_file(Kind::uts));
  ASSERT_TRUE(handle);
  request.sources = {{Kind::uts, "id:" + std::to_string(handle->ref().id.value_or(0))}};
  EXPECT_EQ(report_of(request).link(Kind::uts), namespace_link(target.pid(), Kind::uts));
}

TEST_F(JoinSources, WithANumberThatNoneHasSayWhoCouldSeeMore) {
  ops::JoinRequest request = joining("uts:[1]", inside("report"));
  EXPECT_THAT(error_of(request).message(), HasSubstr("no uts namespace has the inode 1"));
}

/// Without a process of its own: only the one below it shows it.
TEST_F(JoinSources, AreFoundAmongTheParentsToo) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target({.kinds = {Kind::user}, .inside = [] {
                                    enter_user_namespace({"0 0 1", "0 0 1", ""});
                                  }});
  const auto inner = ns::open_namespace_file(target.namespace_file(Kind::user));
  ASSERT_TRUE(inner);
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.user_parent = true;
  const InsideReport report = report_of(request);
  const std::string parent = report.link(Kind::user);
  EXPECT_NE(parent, namespace_link(target.pid(), Kind::user));
  EXPECT_NE(parent, namespace_link(::getpid(), Kind::user));
  EXPECT_EQ(report["uid"], "0 0 0");
  EXPECT_EQ(report_of(joining(parent, inside("report"))).link(Kind::user), parent);
}

TEST_F(JoinSources, OwnerOfANamespaceIsItsUserParent) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target(kinds_with_user({Kind::net}));
  ops::JoinRequest request =
      joining(target.namespace_file(Kind::net), inside("report"), {Kind::net});
  request.user_parent = true;
  expect_links(report_of(request), target.pid(), kinds_with_user({Kind::net}));
}

TEST_F(JoinSources, HaveNoUserParentAboveTheCallers) {
  const ChildInNamespaces target({.inside = [] {}});
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.user_parent = true;
  EXPECT_THAT(error_of(request).message(), HasSubstr("has no parent that you can see"));
}

/// The target has left the namespace that its socket is in.
TEST_F(JoinSources, MayBeASocketOfTheTargets) {
  REQUIRE_USER_NAMESPACES();
  constexpr int descriptor = 77;
  const ChildInNamespaces target(
      TargetOptions{.kinds = kinds_with_user({Kind::net}), .inside = [] {
                      const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
                      must(::dup2(made, descriptor) == descriptor, "dup2");
                      unshare_or_end({Kind::net});
                    }});
  ops::JoinRequest request = joining(target.expression(), inside("report"), {Kind::user});
  request.net_socket = descriptor;
  const std::string net = report_of(request).link(Kind::net);
  EXPECT_NE(net, namespace_link(target.pid(), Kind::net));
  EXPECT_NE(net, namespace_link(::getpid(), Kind::net));
  request.net_socket = 78;
  EXPECT_THAT(error_of(request).message(),
              HasSubstr("pidfd_getfd descriptor 78 of process " + target.expression() +
                        ": Bad file descriptor"));
}

}  // namespace
}  // namespace nsplay::test
