// create --narrate of what is left outside of the child, and how it is undone.

#include <unistd.h>

#include <fstream>
#include <string>
#include <utility>

#include "cli/narrative.h"
#include "cli/plays.h"
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

}  // namespace
}  // namespace nsplay::test
