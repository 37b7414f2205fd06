// `nsplay list` while a thousand processes a second come and go, with namespaces of their own.

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/text.h"

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/repetitions.h"

namespace nsplay::test {
namespace {

using ns::Kind;

using ListChurn = CliTest;

constexpr int maker_count = 4;
constexpr int forks_per_second = 1000;

/// Of those that are asked for, where the machine cannot make as many: a tenth at least.
constexpr int least_per_second = forks_per_second / 10;

/// A number that a process and its children share.
class SharedCount {
 public:
  SharedCount()
      : place_(::mmap(
            nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    must(place_ != MAP_FAILED, "mmap");
    count_ = new (place_) Count(0);
  }
  SharedCount(const SharedCount&) = delete;
  SharedCount& operator=(const SharedCount&) = delete;
  ~SharedCount() { ::munmap(place_, sizeof(Count)); }

  void add_one() { ++*count_; }
  [[nodiscard]] std::uint64_t value() const { return *count_; }

 private:
  using Count = std::atomic<std::uint64_t>;

  void* place_;
  Count* count_ = nullptr;
};

/// Makes and ends processes with namespaces of their own, its share of them in a second, until it
/// is killed. What it could not make in time it makes as soon as it can.
class Maker {
 public:
  explicit Maker(SharedCount& made) : pid_(::fork()) {
    if (pid_ == 0) {
      must(::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "PR_SET_PDEATHSIG");
      make_all(made);
    }
  }
  Maker(const Maker&) = delete;
  Maker& operator=(const Maker&) = delete;
  ~Maker() {
    ::kill(pid_, SIGKILL);
    Subprocess(pid_).wait();
  }

 private:
  [[noreturn]] static void make_all(SharedCount& made) {
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    const timespec period = {0, 1'000'000'000L * maker_count / forks_per_second};
    const itimerspec times = {period, period};
    must(::timerfd_settime(timer, 0, &times, nullptr) == 0, "timerfd_settime");
    for (;;) {
      std::uint64_t due = 0;
      must(::read(timer, &due, sizeof due) == sizeof due, "read the timer");
      for (; due > 0; --due) {
        make_one();
        made.add_one();
      }
    }
  }

  static void make_one() {
    const pid_t child = ::fork();
    must(child >= 0, "fork");
    if (child == 0) {
      unshare_or_end(with_privilege_for({Kind::uts, Kind::ipc}));
      ::_exit(0);
    }
    wait_for_child(child);
  }

  pid_t pid_;
};

/// By default, of all sources, and both as JSON.
const std::vector<Words>& ways_to_list() {
  static const std::vector<Words> ways = {
      {"list"}, {"list", "--json"}, {"list", "--all-sources"}, {"list", "--json", "--all-sources"}};
  return ways;
}

bool is_json(const Words& words) {
  return std::find(words.begin(), words.end(), "--json") != words.end();
}

/// The inodes of the uts namespaces that a listing has.
std::vector<std::uint64_t> listed_uts(const Words& words) {
  const RunResult result = run_nsplay(words);
  EXPECT_EQ(result.status, 0) << result;
  std::vector<std::uint64_t> inodes;
  if (is_json(words)) {
    const Json list = parse_json(result.out);
    for (const Json& entry : list.at("namespaces")) {
      if (entry.at("kind") == "uts") {
        inodes.push_back(entry.at("inode").get<std::uint64_t>());
      }
    }
    return inodes;
  }
  for (const std::string_view line : split(result.out, '\n')) {
    const auto end = line.find(' ');
    if (end != std::string_view::npos && line.substr(end).starts_with("  uts ")) {
      inodes.push_back(parse_number<std::uint64_t>(line.substr(0, end)).value_or(0));
    }
  }
  return inodes;
}

/// Ten processes, each in a uts namespace of its own, which live throughout.
class TenTargets {
 public:
  TenTargets() {
    for (int i = 0; i < 10; ++i) {
      targets_.push_back(std::make_unique<ChildInNamespaces>(with_privilege_for({Kind::uts})));
      inodes_.push_back(namespace_inode(targets_.back()->pid(), Kind::uts));
    }
  }

  [[nodiscard]] const std::vector<std::uint64_t>& inodes() const { return inodes_; }

 private:
  std::vector<std::unique_ptr<ChildInNamespaces>> targets_;
  std::vector<std::uint64_t> inodes_;
};

TEST_F(ListChurn, L1LeavesEveryListingWhole) {
  const std::chrono::seconds time(repetitions(30));
  const auto least = static_cast<std::uint64_t>(time.count() * least_per_second);
  const TenTargets targets;
  SharedCount made;
  std::vector<std::unique_ptr<Maker>> makers(maker_count);
  std::generate(makers.begin(), makers.end(), [&] { return std::make_unique<Maker>(made); });
  const auto begin = std::chrono::steady_clock::now();
  std::size_t rounds = 0;
  // A machine that has much else to do gets three times as long, and as long as each way takes.
  const auto is_over = [&] {
    const auto passed = std::chrono::steady_clock::now() - begin;
    const bool is_enough = passed >= time && made.value() >= least;
    return rounds >= ways_to_list().size() && (passed >= 3 * time || is_enough);
  };
  for (; !is_over(); ++rounds) {
    const Words& words = ways_to_list()[rounds % ways_to_list().size()];
    const auto found = listed_uts(words);
    for (const std::uint64_t inode : targets.inodes()) {
      ASSERT_THAT(found, testing::Contains(inode))
          << testing::PrintToString(words) << " after " << rounds << " listings";
    }
  }
  RecordProperty("forks", std::to_string(made.value()));
  RecordProperty("listings", std::to_string(rounds));
  EXPECT_GE(made.value(), least);
}

/// The negative control: one that has ended is missed.
TEST_F(ListChurn, HasNoNamespaceThatIsGone) {
  std::vector<std::uint64_t> gone;
  {
    const TenTargets targets;
    gone = targets.inodes();
    for (const Words& words : ways_to_list()) {
      EXPECT_THAT(listed_uts(words), testing::IsSupersetOf(gone));
    }
  }
  EXPECT_TRUE(eventually([&] {
    const auto found = listed_uts({"list"});
    return std::none_of(gone.begin(), gone.end(), [&](std::uint64_t inode) {
      return std::find(found.begin(), found.end(), inode) != found.end();
    });
  }));
}

}  // namespace
}  // namespace nsplay::test
