// In what real processes and namespaces differ.

#include "nsplay/ops/diff.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/threads.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using ops::DiffOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Diff : public LeakCheck {};

/// A failure of the test, and an empty report, when there is none.
ops::DiffReport compared(const std::string& a,
                         const std::string& b = "self",
                         const std::vector<std::string>& sections = {}) {
  auto report = ops::diff({a, b, sections});
  EXPECT_TRUE(report) << report.error().message();
  return report.value_or(ops::DiffReport());
}

Error error_of_diff(const ops::DiffRequest& request) {
  const auto report = ops::diff(request);
  EXPECT_FALSE(report);
  return report ? Error() : report.error();
}

Words sections_in(const ops::DiffReport& report) {
  Words names;
  for (const ops::DiffSection& section : report.sections) {
    names.emplace_back(section.name);
  }
  return names;
}

/// "SECTION/PATH" of all.
Words differences_in(const ops::DiffReport& report) {
  Words paths;
  for (const ops::DiffSection& section : report.sections) {
    EXPECT_FALSE(section.error) << section.error->message();
    for (const ops::Difference& difference : section.differences) {
      paths.push_back(std::string(section.name) + "/" + difference.path);
    }
  }
  return paths;
}

/// An empty one where there is no such difference.
ops::Difference difference_at(const ops::DiffReport& report, const std::string& path) {
  for (const ops::DiffSection& section : report.sections) {
    for (const ops::Difference& difference : section.differences) {
      if (std::string(section.name) + "/" + difference.path == path) {
        return difference;
      }
    }
  }
  ADD_FAILURE() << "no difference at " << path;
  return {};
}

template <typename Value>
Value value_in(const std::optional<ops::DiffValue>& value) {
  const auto* found = value ? std::get_if<Value>(&*value) : nullptr;
  EXPECT_NE(found, nullptr);
  return found == nullptr ? Value() : *found;
}

/// A child in the caller's namespaces that has done this.
TargetOptions that_did(std::function<void()> inside) {
  TargetOptions options;
  options.inside = std::move(inside);
  return options;
}

TEST_F(Diff, NothingDiffersFromItself) {
  const auto report = compared("self", std::to_string(::getpid()));
  EXPECT_EQ(ops::outcome_of(report), DiffOutcome::same);
  EXPECT_THAT(differences_in(report), IsEmpty());
  EXPECT_THAT(
      sections_in(report),
      ElementsAre(
          "uname", "namespaces", "id-maps", "clocks", "credentials", "cgroups", "limits", "paths"));
}

TEST_F(Diff, AChildInTheSameNamespacesIsTheSame) {
  const ChildInNamespaces child(KindSet{});
  EXPECT_THAT(differences_in(compared(child.expression())), IsEmpty());
}

TEST_F(Diff, UtsNamespacesDifferInNumberAndNamesByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces child({.kinds = {Kind::uts}, .inside = [] {
                                   must(::sethostname("other", 5) == 0, "sethostname");
                                 }});
  const auto report = compared(child.expression());
  EXPECT_EQ(ops::outcome_of(report), DiffOutcome::differs);
  EXPECT_THAT(differences_in(report), ElementsAre("uname/nodename", "namespaces/uts"));
  EXPECT_EQ(value_in<std::string>(difference_at(report, "uname/nodename").a), "other");
  const auto uts = difference_at(report, "namespaces/uts");
  EXPECT_EQ(value_in<ns::NamespaceRef>(uts.a).inode, namespace_inode(child.pid(), Kind::uts));
  EXPECT_EQ(value_in<ns::NamespaceRef>(uts.b).inode, namespace_inode(::getpid(), Kind::uts));
}

TEST_F(Diff, UserNamespacesDifferInOwnersAndMapsToo) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces child({Kind::user, Kind::ipc});
  const auto report = compared(child.expression(), "self", {"namespaces", "id-maps"});
  EXPECT_THAT(differences_in(report),
              testing::IsSupersetOf({"namespaces/ipc",
                                     "namespaces/ipc.owner",
                                     "namespaces/user",
                                     "id-maps/uid_map",
                                     "id-maps/gid_map"}));
  const std::string id = std::to_string(::geteuid());
  EXPECT_THAT(value_in<Words>(difference_at(report, "id-maps/uid_map").a),
              ElementsAre("0 " + id + " 1"));
  const auto owner = difference_at(report, "namespaces/ipc.owner");
  EXPECT_EQ(value_in<ns::NamespaceRef>(owner.a).inode, namespace_inode(child.pid(), Kind::user));
}

TEST_F(Diff, LimitsDirectoriesAndPrivilegesDiffer) {
  const ChildInNamespaces child(that_did([] {
    rlimit limit = {};
    must(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    limit.rlim_cur = 64;
    must(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
    must(::chdir("/proc") == 0, "chdir");
  }));
  const auto report = compared(child.expression());
  EXPECT_THAT(
      differences_in(report),
      ElementsAre("credentials/no_new_privileges", "limits/max_open_files.soft", "paths/cwd"));
  EXPECT_EQ(value_in<std::int64_t>(difference_at(report, "limits/max_open_files.soft").a), 64);
  EXPECT_EQ(value_in<std::string>(difference_at(report, "paths/cwd").a), "/proc");
  EXPECT_TRUE(value_in<bool>(difference_at(report, "credentials/no_new_privileges").a));
}

TEST_F(Diff, IdsAndCapabilitiesDifferByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces child(that_did(become_ordinary_user));
  const auto report = compared(child.expression(), "self", {"credentials"});
  EXPECT_THAT(differences_in(report),
              testing::IsSupersetOf({"credentials/uid.real",
                                     "credentials/uid.effective",
                                     "credentials/gid.real",
                                     "credentials/gid.effective",
                                     "credentials/capabilities.permitted",
                                     "credentials/capabilities.effective"}));
  EXPECT_EQ(value_in<std::int64_t>(difference_at(report, "credentials/uid.real").b), 0);
  const auto effective = difference_at(report, "credentials/capabilities.effective");
  EXPECT_THAT(value_in<Words>(effective.a), IsEmpty());
  EXPECT_THAT(value_in<Words>(effective.b), testing::Contains("cap_sys_admin"));
}

TEST_F(Diff, WhatMayNotBeReadIsNeitherTheSameNorAnother) {
  const FrontOutcome outcome = in_child([] {
    become_ordinary_user();
    const ChildInNamespaces target({.dumpable = Dumpable::no});
    const auto report = compared(target.expression());
    EXPECT_EQ(ops::outcome_of(report), DiffOutcome::unknown);
    ASSERT_EQ(report.sections.size(), 8U);
    ASSERT_TRUE(report.sections[0].error);
    EXPECT_EQ(report.sections[0].error->errnum, EACCES);
    EXPECT_THAT(report.sections[0].error->message(),
                testing::StartsWith("cannot read uname of " + target.expression() + ": "));
    EXPECT_THAT(report.sections[0].error->hint, HasSubstr("is protected"));
    ASSERT_TRUE(report.sections[1].error);
    EXPECT_THAT(report.sections[1].differences, IsEmpty());
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(Diff, AZombieHasTwoNamespacesLeft) {
  const ChildInNamespaces child({Kind::user});
  child.kill_without_reaping();
  const auto report = compared("self", child.expression(), {"namespaces"});
  EXPECT_EQ(ops::outcome_of(report), DiffOutcome::differs);
  EXPECT_FALSE(difference_at(report, "namespaces/user").error);
  const auto net = difference_at(report, "namespaces/net");
  EXPECT_TRUE(net.error);
  EXPECT_TRUE(net.a);
  EXPECT_FALSE(net.b);
}

TEST_F(Diff, AThreadIsComparedAsThatThread) {
  const TargetWithThread target;
  const auto report =
      compared(std::to_string(target.thread()), target.process().expression(), {"namespaces"});
  const auto uts = difference_at(report, "namespaces/uts");
  EXPECT_EQ(value_in<ns::NamespaceRef>(uts.a).inode, namespace_inode(target.thread(), Kind::uts));
}

TEST_F(Diff, OfANamespaceThereIsItselfAndAUtsHasAUname) {
  const ChildInNamespaces child(with_privilege_for({Kind::uts}));
  const auto uts = compared(child.namespace_file(Kind::uts));
  EXPECT_THAT(sections_in(uts), ElementsAre("uname", "namespaces"));
  EXPECT_THAT(differences_in(uts), testing::Contains("namespaces/uts"));
  const auto net = compared(child.namespace_file(Kind::net), child.expression());
  EXPECT_THAT(sections_in(net), ElementsAre("namespaces"));
  EXPECT_THAT(differences_in(net), IsEmpty());
}

TEST_F(Diff, WhatHasNothingInCommonIsRefused) {
  const ops::DiffRequest kinds = {"/proc/self/ns/net", "/proc/self/ns/uts", {}};
  EXPECT_THAT(error_of_diff(kinds).message(), HasSubstr("namespaces of different kinds"));
  const Error missing = error_of_diff({"/proc/self/ns/net", "self", {"limits"}});
  EXPECT_EQ(missing.trouble, Trouble::usage);
  EXPECT_THAT(missing.message(), HasSubstr("nothing to compare in section 'limits'"));
  EXPECT_THAT(error_of_diff({"self", "self", {"limit"}}).hint, HasSubstr("'limits'"));
}

TEST_F(Diff, AProcessThatIsGoneIsAnError) {
  ChildInNamespaces child(KindSet{});
  const std::string expression = child.expression();
  child.end();
  const Error error = error_of_diff({"self", expression, {}});
  EXPECT_EQ(error.errnum, ESRCH);
  EXPECT_THAT(error.message(), testing::StartsWith("cannot compare self with " + expression));
}

}  // namespace
}  // namespace nsplay::test
