// ns::CapabilityRules: what the rule says against what the kernel does, for callers times targets.

#include "nsplay/ns/capability_rules.h"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/namespaces.h"

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using ns::NamespaceHandle;
using sys::Capability;

struct Caller {
  const char* name;
  std::function<void()> become;
};

void become_user(uid_t uid) {
  must(::setgroups(0, nullptr) == 0, "setgroups");
  must(::setresgid(uid, uid, uid) == 0, "setresgid");
  must(::setresuid(uid, uid, uid) == 0, "setresuid");
  must(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "PR_SET_DUMPABLE");
}

std::vector<Caller> callers() {
  std::vector<Caller> all = {{"as the test is", [] {}}, {"root of a user namespace of his own", [] {
                                                           enter_user_namespace(caller_as_root());
                                                         }}};
  if (::geteuid() == 0) {
    all.insert(all.end(),
               {{"without CAP_SYS_ADMIN", [] { lose_capability(CAP_SYS_ADMIN); }},
                {"without CAP_SYS_CHROOT", [] { lose_capability(CAP_SYS_CHROOT); }},
                {"user 1234", [] { become_user(1234); }},
                {"user 4321", [] { become_user(4321); }}});
  }
  return all;
}

/// setns(2): CAP_SYS_ADMIN over the owner, and over the caller's own; mnt wants CAP_SYS_CHROOT too.
bool rule_allows(const ns::CapabilityRules& rules, const NamespaceHandle& handle) {
  if (handle.kind() == Kind::user) {
    return handle.identity() != rules.user_namespace() &&
           rules.has_over(handle, Capability::sys_admin);
  }
  return rules.has_over_owner(handle, Capability::sys_admin) &&
         ns::CapabilityRules::has(Capability::sys_admin) &&
         (handle.kind() != Kind::mnt || ns::CapabilityRules::has(Capability::sys_chroot));
}

bool kernel_allows(const NamespaceHandle& handle) {
  const int flag = static_cast<int>(ns::info_of(handle.kind()).clone_flag);
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(sys::set_namespaces(handle.fd(), flag) == 0 ? 0 : 1);
  }
  return wait_for_child(child) == 0;
}

/// The namespaces are opened before the caller changes, who may not be allowed to look.
std::vector<NamespaceHandle> open_namespaces(const ChildInNamespaces& target) {
  std::vector<NamespaceHandle> handles;
  const auto process = procfs::pin_process(target.pid());
  for (const ns::KindInfo& info : ns::all_kinds()) {
    auto handle = process ? ns::open_namespace(*process, info.kind) : fail(process.error());
    EXPECT_TRUE(handle) << handle.error().message();
    if (handle) {
      handles.push_back(*std::move(handle));
    }
  }
  return handles;
}

void expect_that_rule_and_kernel_agree(const ChildInNamespaces& target) {
  const std::vector<NamespaceHandle> handles = open_namespaces(target);
  for (const Caller& caller : callers()) {
    SCOPED_TRACE(caller.name);
    const FrontOutcome outcome = in_child([&] {
      caller.become();
      const auto rules = ns::CapabilityRules::of_caller();
      ASSERT_TRUE(rules) << rules.error().message();
      for (const NamespaceHandle& handle : handles) {
        EXPECT_EQ(rule_allows(*rules, handle), kernel_allows(handle)) << handle.name();
      }
    });
    EXPECT_TRUE(passed(outcome));
  }
}

class CapabilityRules : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }
};

TEST_F(CapabilityRules, AgreeWithTheKernelOnTheCallersOwnNamespaces) {
  expect_that_rule_and_kernel_agree(ChildInNamespaces(KindSet{}));
}

TEST_F(CapabilityRules, AgreeWithTheKernelOnAUserNamespaceOfTheCallers) {
  expect_that_rule_and_kernel_agree(ChildInNamespaces(KindSet::all()));
}

TEST_F(CapabilityRules, AgreeWithTheKernelOnANestedUserNamespace) {
  expect_that_rule_and_kernel_agree(
      ChildInNamespaces({.kinds = {Kind::user, Kind::net}, .inside = [] {
                           enter_user_namespace({"0 0 1", "0 0 1", ""});
                           unshare_or_end({Kind::uts, Kind::ipc});
                         }}));
}

TEST_F(CapabilityRules, AgreeWithTheKernelOnNamespacesThatRootOwnsByRoot) {
  REQUIRE_ROOT();
  KindSet kinds = KindSet::all();
  kinds.erase(Kind::user);
  expect_that_rule_and_kernel_agree(ChildInNamespaces(kinds));
}

TEST_F(CapabilityRules, AgreeWithTheKernelOnAnotherUsersUserNamespaceByRoot) {
  REQUIRE_ROOT();
  expect_that_rule_and_kernel_agree(
      ChildInNamespaces({.kinds = {Kind::user, Kind::uts, Kind::mnt, Kind::net},
                         .maps = {"0 1234 1", "0 1234 1", "deny"},
                         .before = [] { become_user(1234); }}));
}

TEST_F(CapabilityRules, KnowTheCapabilitiesInEffect) {
  const FrontOutcome outcome = in_child([] {
    enter_user_namespace(caller_as_root());
    const auto rules = ns::CapabilityRules::of_caller();
    ASSERT_TRUE(rules);
    EXPECT_TRUE(rules->has(Capability::sys_chroot));
    lose_capability(CAP_SYS_CHROOT);
    EXPECT_FALSE(rules->has(Capability::sys_chroot));
    EXPECT_TRUE(rules->has(Capability::sys_admin));
  });
  EXPECT_TRUE(passed(outcome));
}

class Relations : public LeakCheck {};

TEST_F(Relations, OfTheInitialNamespacesEndThere) {
  const auto self = procfs::pin_process(::getpid());
  ASSERT_TRUE(self);
  auto user = ns::open_namespace(*self, Kind::user);
  ASSERT_TRUE(user);
  for (int level = 0; level < 33; ++level) {
    auto owner = ns::owner_of(*user);
    if (!owner) {
      EXPECT_EQ(owner.error().errnum, EPERM) << "it lies out of sight";
      return;
    }
    if (!*owner) {
      return;
    }
    *user = **std::move(owner);
  }
  ADD_FAILURE() << "there is no end to the owners";
}

TEST_F(Relations, ParentOfAnotherKindIsAnError) {
  const auto self = procfs::pin_process(::getpid());
  ASSERT_TRUE(self);
  const auto uts = ns::open_namespace(*self, Kind::uts);
  ASSERT_TRUE(uts);
  const auto parent = ns::parent_of(*uts);
  ASSERT_FALSE(parent);
  EXPECT_EQ(parent.error().errnum, EINVAL);
}

}  // namespace
}  // namespace nsplay::test
