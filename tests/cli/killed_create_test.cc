// A create that is killed at any moment leaves nothing that the next command does not clean up.

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include "cli/plays.h"
#include "support/processes.h"
#include "support/repetitions.h"

namespace nsplay::test {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class KilledCreate : public PlaysTest {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return directory_.path() + "/" + name;
  }

  /// Kills such a create so many times, each time at another moment.
  void kill_often(const Words& options, int times) {
    std::uniform_int_distribution<long> moments(0, time_of(options).count());
    for (int i = 0; i < repetitions(times); ++i) {
      const microseconds moment(moments(random_));
      SCOPED_TRACE(testing::PrintToString(options) + " after " + std::to_string(moment.count()) +
                   " us");
      kill_after(options, moment);
      expect_nothing_left();
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// How long it takes to be ready, and half of it more.
  microseconds time_of(const Words& options) {
    const auto begin = Clock::now();
    kill_after(options, std::chrono::seconds(2), Until::ready);
    const auto end = Clock::now();
    expect_nothing_left();
    return std::min(std::chrono::duration_cast<microseconds>(end - begin) * 3 / 2,
                    microseconds(999'999));
  }

  enum class Until { killed, ready };

  static void kill_after(const Words& options, microseconds time, Until until = Until::killed) {
    Words words = {"create"};
    words.insert(words.end(), options.begin(), options.end());
    RunningNsplay maker = start_nsplay(words);
    std::string out;
    if (until == Until::ready) {
      out = maker.out().read_line();
    } else {
      const timespec moment = {0, time.count() * 1000};
      ::ppoll(nullptr, 0, &moment, nullptr);
    }
    maker.send_signal(SIGKILL);
    out += maker.finish().out;
    // A detached one whose pid was told lives on as it should.
    if (!out.empty() && out.find(' ') == std::string::npos) {
      ::kill(leading_pid(out), SIGKILL);
    }
  }

  /// What ends by itself may take a moment.
  void expect_nothing_left() {
    EXPECT_EQ(run_nsplay({"stop", "--all"}).status, 0);
    EXPECT_THAT(listed_names(), IsEmpty());
    for (auto children = children_of(::getpid()); !children.empty();
         children = children_of(::getpid())) {
      for (const pid_t pid : children) {
        ASSERT_GE(Subprocess(pid).wait(), 0) << "a process is left";
      }
    }
    // What had not ended then may have left something.
    EXPECT_EQ(run_nsplay({"stop", "--all"}).status, 0);
    for (const char* name : {"uts", "net"}) {
      if (::access(path(name).c_str(), F_OK) == 0) {
        const RunResult result = run_nsplay({"stop", path(name)});
        EXPECT_EQ(result.status, 0) << result;
        EXPECT_NE(::access(path(name).c_str(), F_OK), 0);
      }
    }
    EXPECT_THAT(place().files(), IsEmpty());
    EXPECT_THAT(read_process_file(::getpid(), "mountinfo"), Not(HasSubstr(directory_.path())));
  }

  std::mt19937 random_{std::random_device{}()};
  TemporaryDirectory directory_;
};

TEST_F(KilledCreate, InTheForegroundLeavesNothing) {
  kill_often({"-U", "-u", "--hostname", "x"}, 30);
  kill_often({"-U", "-p", "--", "sh", "-c", "echo a b; exec sleep 1000"}, 30);
  kill_often({"-U", "-u", "--", "sh", "-c", "echo a b; exec sleep 1000"}, 30);
}

TEST_F(KilledCreate, DetachedLeavesNothing) {
  kill_often({"-d", "-U", "-u"}, 30);
  kill_often({"-d", "-U", "-p", "--", "sleep", "1000"}, 20);
}

TEST_F(KilledCreate, DetachedWithoutAnInitLeavesNoProgram) {
  kill_often({"-d", "-U", "-u", "--", "sleep", "1000"}, 60);
  kill_often({"-d", "-U", "-p", "--no-init", "--", "sleep", "1000"}, 60);
}

TEST_F(KilledCreate, OfAPlayLeavesNothingOrThePlay) {
  kill_often({"-d", "--name", "web", "-U", "-u"}, 30);
  kill_often({"--name", "web", "-U", "-p", "--", "sh", "-c", "echo a b; exec sleep 1000"}, 30);
}

TEST_F(KilledCreate, WithFilesLeavesWhatStopTakesAwayByRoot) {
  kill_often({"-d", "-p", "--uts=" + path("uts"), "--net=" + path("net"), "--", "sleep", "1000"},
             30);
}

}  // namespace
}  // namespace nsplay::test
