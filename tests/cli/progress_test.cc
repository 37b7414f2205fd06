// The line that tells how far a long look at the machine is: on a terminal alone, and gone at the
// end.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cli_test.h"
#include "support/pty.h"

namespace nsplay::test {
namespace {

using Progress = CliTest;
using testing::HasSubstr;
using testing::Not;

/// All look at the descriptors of every process.
std::vector<Words> long_looks() {
  return {{"list", "--all-sources", "-t", "uts", "-n"},
          {"tree", "--all-sources", "-t", "uts"},
          {"holders", "self", "--uts", "--noheadings"}};
}

/// Each thread is late at the first directories that it reads. Four of them take longer than the
/// half second, and the list of processes with the descriptors of one are as many.
Words made_late(const Words& look) {
  return words_with_injections({"getdents64:delay_enter=200000:when=1..8"}, look);
}

constexpr std::string_view progress = " processes looked at";
constexpr std::string_view erased = "\r\x1b[K";

/// All that appeared on a terminal, what was erased too.
std::string written_to_terminal(const Words& words) {
  Pty pty;
  Subprocess program = pty.start(words);
  std::string text = pty.screen().read_rest();
  EXPECT_EQ(program.wait(), 0) << text;
  return text;
}

TEST_F(Progress, IsShownOnATerminalAndGoneAtTheEnd) {
  for (const Words& look : long_looks()) {
    SCOPED_TRACE(look.front());
    const std::string text = written_to_terminal(made_late(look));
    const auto last = text.rfind(progress);
    ASSERT_NE(last, std::string::npos) << text;
    const std::string rest = text.substr(last + progress.size());
    EXPECT_THAT(rest, testing::StartsWith(std::string(erased)));
    EXPECT_GT(rest.size(), erased.size()) << text;
  }
}

TEST_F(Progress, IsNotShownInAPipe) {
  for (const Words& look : long_looks()) {
    SCOPED_TRACE(look.front());
    Words words = {"sh", "-c", R"("$0" "$@" 2>&1 | cat)"};
    const Words late = made_late(look);
    words.insert(words.end(), late.begin(), late.end());
    const std::string text = written_to_terminal(words);
    EXPECT_THAT(text, Not(HasSubstr(std::string(progress))));
    EXPECT_THAT(text, Not(HasSubstr(std::string(erased))));
  }
}

TEST_F(Progress, IsNotShownInTheFirstHalfSecond) {
  constexpr int tries = 20;
  for (int i = 0; i < tries; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string text = written_to_terminal(nsplay_words(long_looks().front()));
    if (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500)) {
      EXPECT_THAT(text, Not(HasSubstr(std::string(progress))));
      EXPECT_THAT(text, Not(HasSubstr(std::string(erased))));
      return;
    }
  }
  GTEST_SKIP() << "no look at this machine takes less than half a second";
}

}  // namespace
}  // namespace nsplay::test
