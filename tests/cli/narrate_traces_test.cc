// create --narrate of what is left outside of the child: files and a cgroup, and how each is undone.

#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "cli/narrative.h"
#include "cli/plays.h"
#include "support/cgroup.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

using NarrateTraces = PlaysTest;

/// The lines that tell of something, in their order.
Words lines_with(const RunResult& result, const std::string& word) {
  Words lines = narrated_in(result.err);
  std::erase_if(lines, [&](const std::string& line) { return line.find(word) == line.npos; });
  return lines;
}

TEST_F(NarrateTraces, TellsTheFilesOfNamespacesByRoot) {
  REQUIRE_ROOT();
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/uts";
  const RunResult result = run_nsplay({"create", "--narrate", "--uts=" + file, "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(lines_with(result, file),
              ElementsAre("make('" + file + "') = 0",
                          MatchesRegex("mount\\(uts:\\[[0-9]+\\], '" + file + "', MS_BIND\\) = 0")))
      << result;
  EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
}

TEST_F(NarrateTraces, TellsHowTheFilesAreUndoneByRoot) {
  REQUIRE_ROOT();
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/uts";
  const RunResult result =
      run_nsplay({"create", "--narrate", "--uts=" + file, "--", "/nowhere/program"});
  EXPECT_EQ(result.status, 127) << result;
  EXPECT_THAT(lines_with(result, file),
              ElementsAre("make('" + file + "') = 0",
                          MatchesRegex("mount\\(uts:\\[[0-9]+\\], '" + file + "', MS_BIND\\) = 0"),
                          "umount2('" + file + "', MNT_DETACH) = 0",
                          "unlink('" + file + "') = 0"))
      << result;
  EXPECT_EQ(narrated_in(result.err).back(), "unlink('" + file + "') = 0") << result;
}

TEST_F(NarrateTraces, LeavesOutTheFilesThatItNeitherMakesNorRemovesByRoot) {
  REQUIRE_ROOT();
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/uts";
  std::ofstream(file) << "mine\n";
  const RunResult result =
      run_nsplay({"create", "--narrate", "--uts=" + file, "--", "/nowhere/program"});
  EXPECT_THAT(narrated_in(result.err), Not(Contains(StartsWith("make("))));
  EXPECT_THAT(narrated_in(result.err), Not(Contains(StartsWith("unlink("))));
}

class NarrateCgroup : public PlaysTest {
 protected:
  void SetUp() override {
    PlaysTest::SetUp();
    REQUIRE_ROOT();
    REQUIRE_CGROUPS("cgroup2");
    cgroup_.emplace("cgroup2", "narrated");
  }

  void TearDown() override {
    cgroup_.reset();
    PlaysTest::TearDown();
  }

  [[nodiscard]] std::string path() const { return cgroup_->path() + "/made"; }

 private:
  std::optional<Cgroup> cgroup_;
};

TEST_F(NarrateCgroup, TellsHowItsCgroupsAreMadeAndRemovedByRoot) {
  const RunResult result =
      run_nsplay({"create", "--narrate", "-u", "--cgroup-path", path() + "/inner", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(lines_with(result, path()),
              ElementsAre("mkdir(" + path() + " of cgroup2) = 0",
                          "mkdir(" + path() + "/inner of cgroup2) = 0",
                          StartsWith("clone3(CLONE_NEWUTS|CLONE_INTO_CGROUP " + path()),
                          "rmdir(" + path() + "/inner of cgroup2) = 0",
                          "rmdir(" + path() + " of cgroup2) = 0"))
      << result;
  EXPECT_THAT(narrated_in(result.err).back(), StartsWith("rmdir(")) << result;
}

TEST_F(NarrateCgroup, TellsThatItRemovesWhatTheProgramMadeThereByRoot) {
  const RunResult result = run_nsplay({"create",
                                       "--narrate",
                                       "-C",
                                       "-m",
                                       "--cgroup-path",
                                       path(),
                                       "--",
                                       "sh",
                                       "-c",
                                       "mount -t cgroup2 none /tmp && mkdir -p /tmp/sub/inner"});
  EXPECT_THAT(lines_with(result, "rmdir("),
              ElementsAre("rmdir(" + path() + "/sub/inner of cgroup2) = 0",
                          "rmdir(" + path() + "/sub of cgroup2) = 0",
                          "rmdir(" + path() + " of cgroup2) = 0"))
      << result;
}

TEST_F(NarrateCgroup, TellsThatItMovesTheChildOfAnOwnerThereByRoot) {
  const RunResult result = run_nsplay(
      {"create", "--narrate", "-u", "--owner", "1000:1000", "--cgroup-path", path(), "--", "true"});
  EXPECT_THAT(lines_with(result, "cgroup.procs"),
              ElementsAre(MatchesRegex("write\\(cgroup.procs of " + path() +
                                       " of cgroup2, [0-9]+\\) = [0-9]+")))
      << result;
}

}  // namespace
}  // namespace nsplay::test
