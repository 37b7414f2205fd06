// create --narrate of what is left outside of the child: files, a cgroup, the program that attaches
// a network, and how each of them is undone.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
  std::erase_if(lines,
                [&](const std::string& line) { return line.find(word) == std::string::npos; });
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

TEST_F(NarrateTraces, TellsTheFileOfThePlay) {
  const RunResult result = run_nsplay({"create", "--narrate", "-u", "--name", "web", "--", "true"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(lines_with(result, "web.json"),
              ElementsAre(MatchesRegex("make\\('/.*/web.json'\\) = 0"),
                          MatchesRegex("unlink\\('/.*/web.json'\\) = 0")))
      << result;
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

class NarrateNetwork : public PlaysTest {
 protected:
  /// A program in the place of this one, and nothing else, in the PATH.
  [[nodiscard]] RunOptions with_program(const std::string& name, const std::string& script) const {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    EXPECT_EQ(::chmod(path.c_str(), 0755), 0);
    RunOptions options;
    options.environment = {{"PATH", directory_.path()}};
    return options;
  }

  [[nodiscard]] static RunResult narrated(const RunOptions& options) {
    return run_nsplay({"create", "--narrate", "--net-user", "--", "/bin/true"}, options);
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(NarrateNetwork, TellsTheProgramThatAttachesIt) {
  const RunResult result =
      narrated(with_program("slirp4netns", "echo 1 >&0; exec /bin/sleep 1000"));
  EXPECT_EQ(result.status, 0) << result;
  const Words lines = narrated_in(result.err);
  const auto pasta = std::find_if(
      lines.begin(), lines.end(), [](const auto& line) { return line.starts_with("start("); });
  ASSERT_GE(lines.end() - pasta, 2) << result;
  EXPECT_THAT(*std::prev(pasta), MatchesRegex("clone\\(CLONE_PIDFD\\|SIGCHLD\\) = [0-9]+"));
  EXPECT_THAT(*pasta,
              MatchesRegex("start\\('pasta', .*\\) = -1 ENOENT \\(No such file or directory\\)"));
  EXPECT_THAT(*std::next(pasta), MatchesRegex("start\\('slirp4netns', .*\\) = [0-9]+")) << result;
}

TEST_F(NarrateNetwork, TellsTheEndOfItsKeeper) {
  const RunResult result = narrated(with_program("pasta", "echo $$; exec /bin/sleep 1000"));
  EXPECT_EQ(result.status, 0) << result;
  const Words lines = narrated_in(result.err);
  ASSERT_GE(lines.size(), 4U) << result;
  EXPECT_THAT(lines[lines.size() - 2], MatchesRegex("waitid\\([0-9]+, WEXITED\\) = 0"));
  EXPECT_THAT(lines.back(), MatchesRegex("process [0-9]+: running -> ended with status 0"));
  EXPECT_NE(lines[lines.size() - 4], lines[lines.size() - 2]) << result;
}

TEST_F(NarrateNetwork, TellsAProgramThatFails) {
  const RunResult result = narrated(with_program("pasta", "echo no >&2; exit 1"));
  EXPECT_EQ(result.status, 125) << result;
  EXPECT_THAT(narrated_in(result.err), Contains(MatchesRegex("start\\('pasta', .*\\) = [0-9]+")))
      << result;
}

}  // namespace
}  // namespace nsplay::test
