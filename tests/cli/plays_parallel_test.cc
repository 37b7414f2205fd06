// Many plays at once.

#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/plays.h"
#include "support/processes.h"
#include "support/repetitions.h"

namespace nsplay::test {
namespace {

constexpr int makers = 8;

int plays_in_all() {
  return repetitions(500);
}

/// A shell that makes every eighth play, or stops those.
Subprocess start_maker(const char* script, int maker) {
  const Words words = {"sh",
                       "-c",
                       script,
                       nsplay_path(),
                       std::to_string(maker),
                       std::to_string(makers),
                       std::to_string(plays_in_all())};
  return Subprocess(words, {}, {});
}

void run_makers(const char* script) {
  std::vector<Subprocess> running;
  running.reserve(makers);
  for (int maker = 0; maker < makers; ++maker) {
    running.push_back(start_maker(script, maker));
  }
  for (Subprocess& maker : running) {
    EXPECT_EQ(maker.wait(), 0);
  }
}

template <typename Value>
std::size_t distinct(std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  return static_cast<std::size_t>(std::unique(values.begin(), values.end()) - values.begin());
}

TEST_F(PlaysTest, FiveHundredMadeAndStoppedByEightAtOnceAreAllThereAndNoneIsLeft) {
  allow_for_ending(std::chrono::seconds(60));
  run_makers(
      "i=$1; while [ $i -lt $3 ]; do "
      "  $0 create -d --uts --name p$i 2>/dev/null || exit 1; i=$((i + $2)); done >/dev/null");
  std::vector<pid_t> pids;
  std::vector<std::uint64_t> inodes;
  for (const Json& play : listed_plays()) {
    pids.push_back(play.at("pid").get<pid_t>());
    for (const Json& made : play.at("namespaces")) {
      if (made.at("kind") == "uts") {
        inodes.push_back(made.at("inode").get<std::uint64_t>());
      }
    }
  }
  const auto all = static_cast<std::size_t>(plays_in_all());
  EXPECT_EQ(distinct(listed_names()), all);
  EXPECT_EQ(distinct(pids), all);
  EXPECT_EQ(distinct(inodes), all);
  run_makers(
      "names=; i=$1; while [ $i -lt $3 ]; do names=\"$names p$i\"; i=$((i + $2)); done; "
      "exec $0 stop $names");
  for (const pid_t pid : pids) {
    EXPECT_EQ(wait_for_child(pid), 0);
  }
  EXPECT_THAT(place().files(), testing::IsEmpty());
}

}  // namespace
}  // namespace nsplay::test
