// `nsplay list` when a call fails in the middle of a scan, as it does when a process ends:
// strace(1) makes it fail.

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;

using ListRaces = CliTest;

bool lists(const Json& list, std::uint64_t inode) {
  const Json& entries = list.at("namespaces");
  return std::any_of(entries.begin(), entries.end(), [&](const Json& entry) {
    return entry.at("inode") == inode;
  });
}

/// The listing goes on, and has everything but what the process that was lost alone had.
void expect_whole(const RunResult& result, const ChildInNamespaces& other) {
  EXPECT_EQ(result.status, 0) << result;
  const Json list = parse_json(result.out);
  EXPECT_TRUE(lists(list, namespace_inode(other.pid(), Kind::uts))) << result;
  EXPECT_TRUE(lists(list, namespace_inode(::getpid(), Kind::user))) << result;
}

/// All by which the process is looked at, as strace(1) compares it.
Words paths_of(pid_t pid) {
  const std::string number = std::to_string(pid);
  const std::string proc = "/proc/" + number;
  Words paths = {number, number + "/ns", number + "/task", proc};
  for (const char* name : {"/ns", "/fd", "/stat", "/cgroup", "/cmdline", "/status"}) {
    paths.push_back(proc + name);
  }
  return paths;
}

/// How the listing is done when `ending` is no more from its `first` look at it on.
RunResult list_with_end(const ChildInNamespaces& ending, int first, const RunOptions& options) {
  const std::string injection =
      "openat,newfstatat,readlinkat,statx,getdents64,read:error=ENOENT:when=" +
      std::to_string(first) + "+";
  return run_words(words_with_injections(
                       {injection}, {"list", "--json", "--all-sources"}, paths_of(ending.pid())),
                   options);
}

TEST_F(ListRaces, L1LoseNoMoreThanTheProcessThatEnds) {
  const ChildInNamespaces ending(with_privilege_for({Kind::uts}));
  const ChildInNamespaces other(with_privilege_for({Kind::uts}));
  for (int first = 1; first <= 25; first += 4) {
    SCOPED_TRACE(first);
    expect_whole(list_with_end(ending, first, {}), other);
  }
}

TEST_F(ListRaces, L1LoseNoMoreThanTheProcessThatEndsWithoutPidfds) {
  const ChildInNamespaces ending(with_privilege_for({Kind::uts}));
  const ChildInNamespaces other(with_privilege_for({Kind::uts}));
  for (int first = 1; first <= 25; first += 4) {
    SCOPED_TRACE(first);
    const RunResult result =
        list_with_end(ending, first, {.prepare = [] { deny_syscall(SYS_pidfd_open, ENOSYS); }});
    expect_whole(result, other);
    EXPECT_EQ(lists(parse_json(result.out), namespace_inode(ending.pid(), Kind::uts)), first != 1);
  }
}

/// Which process is lost is not known here: of two with a namespace of their own one is there.
TEST_F(ListRaces, L1LoseNoMoreThanTheProcessWhosePidfdFails) {
  const ChildInNamespaces one(with_privilege_for({Kind::uts}));
  const ChildInNamespaces other(with_privilege_for({Kind::uts}));
  for (const char* injection : {"ioctl:error=ESRCH:when=40",
                                "ioctl:error=ESRCH:when=41",
                                "pidfd_open:error=ESRCH:when=6",
                                "pidfd_getfd:error=ESRCH:when=1"}) {
    SCOPED_TRACE(injection);
    const RunResult result =
        run_words(words_with_injections({injection}, {"list", "--json", "--all-sources"}));
    const bool has_other = lists(parse_json(result.out), namespace_inode(other.pid(), Kind::uts));
    expect_whole(result, has_other ? other : one);
  }
}

/// The negative control: the failure reaches the program.
TEST_F(ListRaces, AreErrorsWhereAllOfProcIsGone) {
  const RunResult result = run_words(words_with_injections({"getdents64:error=EIO"}, {"list"}));
  EXPECT_EQ(result.status, 2) << result;
  EXPECT_THAT(result.err, testing::HasSubstr("Input/output error")) << result;
}

}  // namespace
}  // namespace nsplay::test
