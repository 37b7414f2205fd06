// nsplay tree: what hangs below what.

#include "nsplay/ops/tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/keeper.h"
#include "kernel/threads.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/repetitions.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using ops::TreeBy;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class Tree : public LeakCheck {};

/// The tree by the names of namespaces, as "uts:[4026531838]".
class Shown {
 public:
  explicit Shown(const ops::TreeRequest& request) {
    auto report = ops::tree(request);
    EXPECT_TRUE(report) << report.error().message();
    report_ = std::move(report).value_or(ops::TreeReport());
  }

  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> names;
    names.reserve(report_.nodes.size());
    for (const ops::TreeNode& node : report_.nodes) {
      names.push_back(name_of(node));
    }
    return names;
  }

  [[nodiscard]] std::vector<std::string> roots() const { return names_of(report_.roots); }

  [[nodiscard]] std::vector<std::string> below(const std::string& name) const {
    const ops::TreeNode* node = find(name);
    EXPECT_NE(node, nullptr) << name;
    return node == nullptr ? std::vector<std::string>() : names_of(node->children);
  }

  [[nodiscard]] std::vector<pid_t> members_of(const std::string& name) const {
    const ops::TreeNode* node = find(name);
    EXPECT_TRUE(node != nullptr && node->members) << name;
    std::vector<pid_t> pids;
    for (std::size_t i = 0; node != nullptr && node->members && i < node->members->size(); ++i) {
      pids.push_back((*node->members)[i].pid);
    }
    return pids;
  }

  [[nodiscard]] const ops::TreeReport& report() const { return report_; }

 private:
  static std::string name_of(const ops::TreeNode& node) {
    return ns::format_namespace(node.listed.ref.kind, node.listed.ref.inode);
  }

  [[nodiscard]] std::vector<std::string> names_of(const std::vector<std::size_t>& nodes) const {
    std::vector<std::string> names;
    names.reserve(nodes.size());
    for (const std::size_t node : nodes) {
      names.push_back(name_of(report_.nodes[node]));
    }
    return names;
  }

  [[nodiscard]] const ops::TreeNode* find(const std::string& name) const {
    const auto found = std::find_if(report_.nodes.begin(),
                                    report_.nodes.end(),
                                    [&](const auto& node) { return name_of(node) == name; });
    return found == report_.nodes.end() ? nullptr : &*found;
  }

  ops::TreeReport report_;
};

std::string own_link(Kind kind) {
  return namespace_link(::getpid(), kind);
}

/// All but the user namespace, in the order of the tree.
std::vector<std::string> links_below_user(pid_t pid) {
  std::vector<std::string> links;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (info.kind != Kind::user) {
      links.push_back(namespace_link(pid, info.kind));
    }
  }
  return links;
}

/// A user namespace that owns a uts namespace, and one below it that owns a net namespace.
TargetOptions two_user_namespaces(int outer_links) {
  return {.kinds = {Kind::user, Kind::uts}, .inside = [outer_links] {
            const std::string link = own_link(Kind::user) + "\n";
            must(::write(outer_links, link.data(), link.size()) > 0, "write");
            enter_user_namespace(caller_as_root());
            unshare_or_end({Kind::net});
          }};
}

TEST_F(Tree, ByOwnerShowsWhatAUserNamespaceOwns) {
  const ChildInNamespaces target(KindSet::all());
  const Shown tree({});
  const std::string user = namespace_link(target.pid(), Kind::user);
  EXPECT_EQ(tree.below(user), links_below_user(target.pid()));
  EXPECT_THAT(tree.below(own_link(Kind::user)), Contains(user));
  EXPECT_THAT(tree.below(own_link(Kind::user)),
              Not(Contains(namespace_link(target.pid(), Kind::uts))));
  EXPECT_EQ(tree.report().lifted, 0U);
}

TEST_F(Tree, ByOwnerShowsOneUserNamespaceBelowAnother) {
  PipeEnds pipe = open_pipe();
  const ChildInNamespaces target(two_user_namespaces(pipe.write_end.get()));
  const std::string outer = PipeReader(std::move(pipe.read_end)).read_line();
  const std::string inner = namespace_link(target.pid(), Kind::user);
  const Shown tree({});
  EXPECT_THAT(tree.below(outer), ElementsAre(namespace_link(target.pid(), Kind::uts), inner));
  EXPECT_THAT(tree.below(inner), ElementsAre(namespace_link(target.pid(), Kind::net)));
}

TEST_F(Tree, IsTheSameByLinks) {
  const ChildInNamespaces target(KindSet::all());
  for (const auto deny : {&deny_pidfd_ioctls, &deny_namespace_ids}) {
    EXPECT_TRUE(passed(in_child([&] {
      deny();
      const Shown tree({});
      EXPECT_EQ(tree.below(namespace_link(target.pid(), Kind::user)),
                links_below_user(target.pid()));
    })));
  }
}

TEST_F(Tree, OfOneTypeShowsItsOwnersAlone) {
  const ChildInNamespaces with_net(with_privilege_for({Kind::user, Kind::net}));
  const ChildInNamespaces without_net({Kind::user, Kind::uts});
  const Shown tree({.kinds = {Kind::net}});
  EXPECT_THAT(tree.below(namespace_link(with_net.pid(), Kind::user)),
              ElementsAre(namespace_link(with_net.pid(), Kind::net)));
  EXPECT_THAT(tree.all(), Not(Contains(namespace_link(without_net.pid(), Kind::user))));
  EXPECT_THAT(tree.all(), Each(testing::AnyOf(HasSubstr("net:["), HasSubstr("user:["))));
}

TEST_F(Tree, ShowsWhatHasItsOwnerOutOfSightAtTheRoot) {
  EXPECT_TRUE(passed(in_child([] {
    enter_user_namespace(caller_as_root());
    unshare_or_end({Kind::uts});
    const Shown tree({.target = "self"});
    EXPECT_THAT(tree.roots(), Contains(own_link(Kind::net)));
    EXPECT_THAT(tree.roots(), Contains(own_link(Kind::user)));
    EXPECT_THAT(tree.below(own_link(Kind::user)), ElementsAre(own_link(Kind::uts)));
  })));
}

TEST_F(Tree, ByParentShowsPidNamespacesWithTheirProcesses) {
  const ChildInNamespaces target(with_children(KindSet::all(), 2));
  const std::string pid_namespace = namespace_link(target.pid(), Kind::pid);
  const Shown tree({.by = TreeBy::parent});
  EXPECT_THAT(tree.below(own_link(Kind::pid)), Contains(pid_namespace));
  const auto members = tree.members_of(pid_namespace);
  ASSERT_THAT(members, SizeIs(3));
  EXPECT_EQ(members.front(), target.pid());
  EXPECT_TRUE(std::is_sorted(members.begin(), members.end()));
  EXPECT_THAT(tree.members_of(own_link(Kind::pid)), Contains(::getpid()));
  EXPECT_THAT(tree.members_of(own_link(Kind::pid)), Not(Contains(target.pid())));
  EXPECT_THAT(tree.below(own_link(Kind::user)), Contains(namespace_link(target.pid(), Kind::user)));
  EXPECT_THAT(tree.all(), Each(testing::AnyOf(HasSubstr("pid:["), HasSubstr("user:["))));
}

TEST_F(Tree, ByParentOfOneTypeShowsNoOther) {
  const ChildInNamespaces target(KindSet::all());
  const Shown tree({.by = TreeBy::parent, .kinds = {Kind::pid}});
  EXPECT_THAT(tree.below(own_link(Kind::pid)), Contains(namespace_link(target.pid(), Kind::pid)));
  EXPECT_THAT(tree.all(), Each(HasSubstr("pid:[")));
}

TEST_F(Tree, ByParentShowsNothingThatHasNone) {
  const auto typed = ops::tree({.by = TreeBy::parent, .kinds = {Kind::pid, Kind::net}});
  ASSERT_FALSE(typed);
  EXPECT_EQ(typed.error().trouble, Trouble::usage);
  EXPECT_THAT(typed.error().message(), HasSubstr("a namespace of type net has no parent"));
  const auto targeted = ops::tree({.by = TreeBy::parent, .target = "/proc/self/ns/uts"});
  ASSERT_FALSE(targeted);
  EXPECT_EQ(targeted.error().trouble, Trouble::usage);
  EXPECT_THAT(targeted.error().message(), HasSubstr(own_link(Kind::uts) + " has no parent"));
}

TEST_F(Tree, ByProcessHangsANamespaceBelowThatOfTheParent) {
  const ChildInNamespaces target(KindSet::all());
  const Shown tree({.by = TreeBy::process});
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_THAT(tree.below(own_link(info.kind)), Contains(namespace_link(target.pid(), info.kind)));
    EXPECT_THAT(tree.below(namespace_link(target.pid(), info.kind)), SizeIs(0));
  }
}

TEST_F(Tree, ByProcessHangsThatOfAThreadBelowThatOfItsProcess) {
  const TargetWithThread target;
  const pid_t pid = target.process().pid();
  const Shown tree({.by = TreeBy::process});
  EXPECT_THAT(tree.below(namespace_link(pid, Kind::uts)),
              Contains(namespace_link(target.thread(), Kind::uts)));
}

TEST_F(Tree, OfAProcessShowsItsNamespacesAndWhatTheseHangBelow) {
  const ChildInNamespaces target(with_children(KindSet::all(), 2));
  const ChildInNamespaces other(KindSet::all());
  const Shown tree({.target = target.expression()});
  const std::string user = namespace_link(target.pid(), Kind::user);
  EXPECT_EQ(tree.below(user), links_below_user(target.pid()));
  EXPECT_THAT(tree.below(own_link(Kind::user)), ElementsAre(user));
  EXPECT_THAT(tree.all(), Not(Contains(namespace_link(other.pid(), Kind::user))));
  const Shown by_parent({.by = TreeBy::parent, .target = target.expression()});
  EXPECT_THAT(by_parent.members_of(namespace_link(target.pid(), Kind::pid)),
              ElementsAre(target.pid()));
  EXPECT_THAT(by_parent.below(own_link(Kind::pid)),
              ElementsAre(namespace_link(target.pid(), Kind::pid)));
}

TEST_F(Tree, OfANamespaceShowsAllBelowIt) {
  const ChildInNamespaces target(KindSet::all());
  const std::string user = namespace_link(target.pid(), Kind::user);
  const std::string uts = namespace_link(target.pid(), Kind::uts);
  const Shown of_user({.target = target.namespace_file(Kind::user)});
  EXPECT_EQ(of_user.below(user), links_below_user(target.pid()));
  EXPECT_THAT(of_user.below(own_link(Kind::user)), ElementsAre(user));
  const Shown of_uts({.target = uts});
  EXPECT_THAT(of_uts.below(user), ElementsAre(uts));
  const Shown of_type({.kinds = {Kind::net}, .target = target.namespace_file(Kind::user)});
  EXPECT_THAT(of_type.below(user), ElementsAre(namespace_link(target.pid(), Kind::net)));
  const Shown of_no_such_type({.kinds = {Kind::net}, .target = uts});
  EXPECT_THAT(of_no_such_type.below(user), ElementsAre(uts));
}

TEST_F(Tree, OfANamespaceThatIsOnlyADescriptorShowsWhereItBelongs) {
  sys::UniqueFd held;
  std::string user;
  std::string uts;
  {
    const ChildInNamespaces target({Kind::user, Kind::uts});
    user = namespace_link(target.pid(), Kind::user);
    uts = namespace_link(target.pid(), Kind::uts);
    held = sys::UniqueFd(::open(target.namespace_file(Kind::uts).c_str(), O_RDONLY | O_CLOEXEC));
  }
  const Shown tree({.target = fmt::format("/proc/self/fd/{}", held.get())});
  EXPECT_THAT(tree.below(own_link(Kind::user)), ElementsAre(user));
  EXPECT_THAT(tree.below(user), ElementsAre(uts));
}

/// Below its owner is what a descriptor, a socket or a mount elsewhere keeps; the negative control
/// is the tree of the quick sources.
TEST_F(Tree, OfAllSourcesShowsWhatNobodyIsIn) {
  const TemporaryDirectory directory;
  const Keeper descriptor(Kind::uts, {}, &keep_by_descriptor);
  const SocketKeeper socket;
  const Keeper mount(
      Kind::ipc, with_privilege_for({Kind::mnt}), keep_by_mount(directory.path(), "kept"));
  const std::vector<std::string> kept = {ns::format_namespace(Kind::uts, descriptor.inode()),
                                         ns::format_namespace(Kind::net, socket.inode()),
                                         ns::format_namespace(Kind::ipc, mount.inode())};
  const Shown quick({});
  const Shown whole({.sources = ns::Sources::all});
  for (const std::string& name : kept) {
    EXPECT_THAT(quick.all(), Not(Contains(name)));
    EXPECT_THAT(whole.all(), Contains(name));
  }
  const Shown by_process({.by = TreeBy::process, .sources = ns::Sources::all});
  EXPECT_THAT(by_process.below(own_link(Kind::uts)), Contains(kept.front()));
  const auto& nodes = whole.report().nodes;
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const ops::TreeNode& node) {
    return node.listed.ref.inode == mount.inode();
  });
  ASSERT_NE(found, nodes.end());
  ASSERT_THAT(found->listed.mounts_elsewhere, SizeIs(1));
  EXPECT_EQ(found->listed.mounts_elsewhere.front().where.inode,
            namespace_inode(mount.process().pid(), Kind::mnt));
}

TEST_F(Tree, OfAllSourcesShowsAMountNamespaceThatNobodyNamesByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(next_mount_namespace);
  const Keeper keeper(Kind::mnt, {}, &keep_by_message);
  const std::string name = ns::format_namespace(Kind::mnt, keeper.inode());
  EXPECT_THAT(Shown({}).all(), Not(Contains(name)));
  EXPECT_THAT(Shown({.sources = ns::Sources::all}).below(own_link(Kind::user)), Contains(name));
}

TEST_F(Tree, OfADeadProcessIsAnError) {
  std::string expression;
  {
    const ChildInNamespaces target(with_privilege_for({}));
    expression = target.expression();
  }
  const auto report = ops::tree({.target = expression});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().errnum, ESRCH);
  EXPECT_THAT(report.error().message(), HasSubstr("cannot show the tree of " + expression));
}

TEST_F(Tree, CountsWhatMayNotBeLookedAtByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces hidden({Kind::uts});
  const std::string uts = namespace_link(hidden.pid(), Kind::uts);
  const Shown of_root({});
  EXPECT_THAT(of_root.all(), Contains(uts));
  EXPECT_TRUE(passed(in_child([&] {
    become_ordinary_user();
    for (const TreeBy by : {TreeBy::owner, TreeBy::parent, TreeBy::process}) {
      const Shown tree({.by = by});
      EXPECT_GT(tree.report().unreadable_processes, of_root.report().unreadable_processes);
      EXPECT_THAT(tree.all(), Not(Contains(uts)));
    }
    const auto refused = ops::tree({.target = hidden.expression()});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().errnum, EACCES);
    EXPECT_FALSE(refused.error().hint.empty());
  })));
}

/// As many levels as the kernel allows, user_namespaces(7).
TEST_F(Tree, OfManyLevelsIsWhole) {
  const auto levels = static_cast<std::size_t>(repetitions(30));
  const ChildInNamespaces target({.kinds = {Kind::user}, .inside = [levels] {
                                    for (std::size_t i = 1; i < levels; ++i) {
                                      enter_user_namespace(caller_as_root());
                                    }
                                    unshare_or_end({Kind::uts});
                                  }});
  const Shown tree({.target = namespace_link(target.pid(), Kind::uts)});
  EXPECT_THAT(tree.roots(), SizeIs(1));
  EXPECT_GE(tree.report().nodes.size(), levels + 2);
  EXPECT_EQ(tree.all().back(), namespace_link(target.pid(), Kind::uts));
}

}  // namespace
}  // namespace nsplay::test
