// Plays that are made, ended and killed at the same time.

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>

#include "cli/plays.h"
#include "support/processes.h"
#include "support/repetitions.h"

namespace nsplay::test {
namespace {

using BusyPlays = PlaysTest;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_F(BusyPlays, OneOfManyWhoWantANameGetsIt) {
  for (int round = 0; round < 5; ++round) {
    std::vector<RunningNsplay> makers;
    makers.reserve(8);
    for (int i = 0; i < 8; ++i) {
      makers.push_back(start_nsplay({"create", "-d", "--uts", "--name", "web"}));
    }
    int winners = 0;
    for (RunningNsplay& maker : makers) {
      winners += maker.finish().status == 0 ? 1 : 0;
    }
    EXPECT_EQ(winners, 1);
    EXPECT_THAT(listed_names(), ElementsAre("web"));
    EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
  }
}

int plays_of_each() {
  return repetitions(25);
}

/// Four shells that make so many plays each.
std::vector<Subprocess> start_makers() {
  std::vector<Subprocess> makers;
  makers.reserve(4);
  for (const char* maker : {"a", "b", "c", "d"}) {
    makers.emplace_back(
        Words{"sh",
              "-c",
              R"(for i in $(seq "$2"); do "$0" create -d --uts --name "$1$i" || exit 1; done)",
              nsplay_path(),
              maker,
              std::to_string(plays_of_each())},
        RunOptions(),
        Streams());
  }
  return makers;
}

TEST_F(BusyPlays, OfFourMakersAreAllDistinctAndNoneIsLost) {
  for (Subprocess& maker : start_makers()) {
    EXPECT_EQ(maker.wait(), 0);
  }
  std::set<pid_t> pids;
  for (const Json& play : listed_plays()) {
    pids.insert(play.at("pid").get<pid_t>());
  }
  EXPECT_EQ(pids.size(), static_cast<std::size_t>(4 * plays_of_each()));
  std::vector<RunningNsplay> stoppers;
  stoppers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    stoppers.push_back(start_nsplay({"stop", "--all"}));
  }
  for (RunningNsplay& stopper : stoppers) {
    EXPECT_EQ(stopper.finish().status, 0);
  }
  EXPECT_THAT(place().files(), IsEmpty());
}

TEST_F(BusyPlays, OfAWriterThatWasKilledLeaveNoFile) {
  ASSERT_EQ(run_nsplay({"create", "-d", "--uts", "--name", "web"}).status, 0);
  std::ofstream(place().plays() + "/.new") << "{";
  EXPECT_THAT(listed_names(), ElementsAre("web"));
  EXPECT_THAT(place().files(), ElementsAre("web.json"));
  EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
}

TEST_F(BusyPlays, AreListedWhileSomebodyWrites) {
  ASSERT_EQ(run_nsplay({"create", "-d", "--uts", "--name", "web"}).status, 0);
  std::ofstream(place().plays() + "/.new") << "{";
  const sys::UniqueFd writer(::open(place().plays().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(writer.get(), LOCK_EX), 0);
  EXPECT_THAT(listed_names(), ElementsAre("web"));
  EXPECT_THAT(place().files(), UnorderedElementsAre(".new", "web.json"));
  ASSERT_EQ(::flock(writer.get(), LOCK_UN), 0);
  EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
}

/// Kills an nsplay that makes a play some time after its start.
void kill_maker_after(const Words& options, std::chrono::milliseconds time) {
  Words words = {"create", "--name", "web"};
  words.insert(words.end(), options.begin(), options.end());
  RunningNsplay maker = start_nsplay(words);
  const PipeEnds never = open_pipe();
  static_cast<void>(wait_readable(never.read_end, time));
  maker.send_signal(SIGKILL);
  maker.finish();
}

TEST_F(BusyPlays, OfAMakerThatIsKilledAreAliveOrForgotten) {
  for (const Words& options : {Words{"-d", "--uts"},
                               Words{"-d", "--pid", "--", "sleep", "1000"},
                               Words{"-d", "--uts", "--", "sleep", "1000"},
                               Words{"--uts"}}) {
    const int times = repetitions(30);
    for (int i = 0; i < times; ++i) {
      const std::chrono::milliseconds time(i * 12 / times);
      SCOPED_TRACE(testing::PrintToString(options) + " " + std::to_string(time.count()));
      kill_maker_after(options, time);
      // What ends with its maker may take a moment.
      const Words names = listed_names();
      EXPECT_LE(names.size(), 1U);
      EXPECT_EQ(run_nsplay({"stop", "--all"}).status, 0);
      EXPECT_THAT(listed_names(), IsEmpty());
      for (const pid_t pid : children_of(::getpid())) {
        Subprocess(pid).wait();
      }
    }
  }
}

}  // namespace
}  // namespace nsplay::test
