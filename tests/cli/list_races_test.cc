// `nsplay list` when a call fails in the middle of a scan, as it does when a process ends:
// strace(1) makes it fail.

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
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

/// One process is lost at most; of two with a namespace of their own one is there.
TEST_F(ListRaces, L1LoseNoMoreThanTheProcessThatEnds) {
  const ChildInNamespaces one(with_privilege_for({Kind::uts}));
  const ChildInNamespaces other(with_privilege_for({Kind::uts}));
  const std::string by_links = "pidfd_open:error=ENOSYS";
  const Words table[] = {{"ioctl:error=ESRCH:when=40"},
                         {"ioctl:error=ESRCH:when=41"},
                         {"pidfd_open:error=ESRCH:when=6"},
                         {"readlinkat:error=ESRCH:when=40", by_links},
                         {"readlinkat:error=ENOENT:when=41", by_links},
                         {"readlink:error=ESRCH:when=3", by_links},
                         {"newfstatat:error=ESRCH:when=30"},
                         {"openat:error=ESRCH:when=80"},
                         {"openat:error=ENOENT:when=81", by_links},
                         {"statx:error=ENOENT:when=20"},
                         {"pidfd_getfd:error=ESRCH:when=1"},
                         {"read:error=ESRCH:when=70"}};
  for (const Words& injections : table) {
    SCOPED_TRACE(injections.front());
    const RunResult result =
        run_words(words_with_injections(injections, {"list", "--json", "--all-sources"}));
    EXPECT_EQ(result.status, 0) << result;
    const Json list = parse_json(result.out);
    EXPECT_TRUE(lists(list, namespace_inode(one.pid(), Kind::uts)) ||
                lists(list, namespace_inode(other.pid(), Kind::uts)))
        << result;
    EXPECT_TRUE(lists(list, namespace_inode(::getpid(), Kind::user))) << result;
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
