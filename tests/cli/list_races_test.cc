// `nsplay list` when a call fails in the middle of a scan, as it does when a process ends:
// strace(1) makes it fail.

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/pipes.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;

using ListRaces = CliTest;

/// What nsplay with these words says while calls of it fail as `injections` say.
RunResult run_with_failing(const Words& injections, const Words& arguments) {
  Words words = {"strace", "-f", "-o", "/dev/null", "-E", "ASAN_OPTIONS=detect_leaks=0"};
  for (const std::string& injection : injections) {
    words.push_back("-e");
    words.push_back("inject=" + injection);
  }
  words.push_back(nsplay_path());
  words.insert(words.end(), arguments.begin(), arguments.end());
  PipeEnds out = open_pipe();
  PipeEnds err = open_pipe();
  Subprocess strace(words, {}, {.out = out.write_end.get(), .err = err.write_end.get()});
  out.write_end.reset();
  err.write_end.reset();
  RunResult result;
  result.out = PipeReader(std::move(out.read_end)).read_rest();
  result.err = PipeReader(std::move(err.read_end)).read_rest();
  result.status = strace.wait();
  return result;
}

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
    const RunResult result = run_with_failing(injections, {"list", "--json", "--all-sources"});
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
  const RunResult result = run_with_failing({"getdents64:error=EIO"}, {"list"});
  EXPECT_EQ(result.status, 2) << result;
  EXPECT_THAT(result.err, testing::HasSubstr("Input/output error")) << result;
}

}  // namespace
}  // namespace nsplay::test
