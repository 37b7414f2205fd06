// `nsplay list` where lsns(8) is wrong, confusing or does without; numbered as the L tests of
// kernel_tests are.

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/text.h"

#include "cli/plays.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;

using ListBesideLsns = PlaysTest;

Json document_of(const Words& arguments) {
  const RunResult result = run_nsplay(arguments);
  EXPECT_EQ(result.status, 0) << result;
  return parse_json(result.out);
}

/// That of this namespace; null when there is none.
Json find_listed(const Json& list, std::uint64_t inode) {
  const Json& all = list.at("namespaces");
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Json& entry) { return entry.at("inode") == inode; });
  return found == all.end() ? Json() : *found;
}

/// An inode may be another namespace's by the next listing, an id never.
TEST_F(ListBesideLsns, L8TellNamespacesApartByTheirIds) {
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  const Json list = document_of({"list", "--json"});
  std::set<std::uint64_t> ids;
  for (const Json& entry : list.at("namespaces")) {
    ASSERT_TRUE(entry.at("id").is_number()) << entry;
    EXPECT_TRUE(ids.insert(entry.at("id").get<std::uint64_t>()).second) << entry;
  }
  EXPECT_FALSE(ids.empty());
}

TEST_F(ListBesideLsns, L8TellWhoseANamespaceIs) {
  const Subprocess play = create_play("web");
  const Json list = document_of({"list", "--json"});
  const Json entry = find_listed(list, namespace_inode(play.pid(), Kind::uts));
  ASSERT_TRUE(entry.is_object());
  EXPECT_EQ(entry.at("name"), "play:web");
  EXPECT_EQ(entry.at("owner_uid"), ::geteuid());
}

TEST_F(ListBesideLsns, L8LeaveItToInspectWhatDiffersFromHere) {
  const Subprocess play = create_play("web", {"--uts", "--hostname", "other-than-here"});
  const Json document = document_of({"inspect", "play:web", "--json"});
  ASSERT_EQ(document.at("namespaces").size(), ns::kind_count);
  const Json here = document_of({"list", "--json", "-p", std::to_string(::getpid())});
  for (const Json& entry : document.at("namespaces")) {
    const bool is_here = find_listed(here, entry.at("inode")).is_object();
    EXPECT_EQ(entry.at("same_as_caller"), is_here) << entry;
  }
  EXPECT_EQ(document.at("uname").at("differs"), true);
}

/// Left for an inner one, with nobody in it: it is there whatever is shown of it.
TEST_F(ListBesideLsns, ShowTheSameNamespacesInEveryForm) {
  const ChildInInnerUserNamespace target;
  const std::string line = std::to_string(target.outer()) + "\n";
  for (const Words& arguments : {Words{"list", "-n", "-r", "-o", "NS"},
                                 Words{"list", "-n", "-r", "-o", "NS", "--all-sources"},
                                 Words{"list", "-n", "-r", "-o", "NS", "-t", "user"},
                                 Words{"list", "-n", "-r", "-o", "NS", "-P"}}) {
    EXPECT_THAT(run_nsplay(arguments).out, testing::HasSubstr(line));
  }
  EXPECT_TRUE(find_listed(document_of({"list", "--json"}), target.outer()).is_object());
}

/// Whose branches would stand below the lines of other namespaces.
TEST_F(ListBesideLsns, L9DrawNoTreeOfProcesses) {
  const ChildInNamespaces target(with_children(ns::KindSet::all(), 2));
  const RunResult result = run_nsplay({"list", "--noheadings"});
  std::vector<std::uint64_t> inodes;
  for (const std::string_view line : split(result.out, '\n')) {
    if (!line.empty()) {
      const auto inode = parse_number<std::uint64_t>(line.substr(0, line.find(' ')));
      ASSERT_TRUE(inode) << line;
      inodes.push_back(*inode);
    }
  }
  EXPECT_FALSE(inodes.empty());
  EXPECT_TRUE(std::is_sorted(inodes.begin(), inodes.end())) << result;
  EXPECT_EQ(document_of({"tree", "--json"}).at("by"), "owner");
}

TEST_F(ListBesideLsns, L10ShowAllFilesOfANamespaceInOneLineByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::net});
  const MountedNamespace one(target.pid(), Kind::net);
  const MountedNamespace other(target.pid(), Kind::net);
  const std::string files = one.path() + "," + other.path();
  const std::string inode = std::to_string(namespace_inode(target.pid(), Kind::net));
  const RunResult result = run_nsplay({"list", "-t", "net", "-n", "-o", "NS,NSFS"});
  const auto lines = split(result.out, '\n');
  EXPECT_EQ(std::count(lines.begin(), lines.end(), inode + "  " + files), 1) << result;
  EXPECT_TRUE(std::none_of(lines.begin(), std::prev(lines.end()), [](std::string_view line) {
    return line.substr(0, line.find(' ')).empty();
  })) << result;
}

/// A kernel without user namespaces has neither their links nor owners.
TEST_F(ListBesideLsns, L11GoOnWhereTheKernelHasNoUserNamespaces) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const std::string links = "readlinkat,readlink,openat,newfstatat,statx:error=ENOENT";
  const Words words =
      words_with_injections({links}, {"list", "--json"}, {"user", "ns/user", "/proc/self/ns/user"});
  const RunResult result = run_words(words, {.prepare = [] {
                                       deny_syscall(SYS_pidfd_open, ENOSYS);
                                       deny_user_namespaces();
                                     }});
  EXPECT_EQ(result.status, 0) << result;
  const Json list = parse_json(result.out);
  for (const Kind kind : {Kind::uts, Kind::net, Kind::pid, Kind::mnt}) {
    const Json entry = find_listed(list, namespace_inode(target.pid(), kind));
    ASSERT_TRUE(entry.is_object()) << ns::name_of(kind);
    EXPECT_TRUE(entry.at("owner").is_null()) << entry;
  }
  for (const Json& entry : list.at("namespaces")) {
    EXPECT_NE(entry.at("kind"), "user") << entry;
  }
}

}  // namespace
}  // namespace nsplay::test
