#include "nsplay/procfs/process_stat.h"

#include <string>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::procfs {
namespace {

using namespace std::string_literals;
using test::Fails;
using test::Yields;
using testing::Field;

/// The line of process 4711 with this comm; each field behind it has a value of its own.
std::string line_with(const std::string& comm) {
  return "4711 (" + comm +
         ") S 42 4712 4713 34816 4714 4194560 106 0 1 0 7 8 9 10 20 0 11 0 987654 12 13 "
         "18446744073709551615 14 15 16 0 0 0 65536 3686404 1266761467 1 0 0 17 2 0 0 0 0 0\n";
}

TEST(ProcessStat, HasTheFieldsThatProc5Numbers) {
  const auto stat = parse_process_stat(line_with("bash"));
  ASSERT_THAT(stat, Yields(Field(&ProcessStat::pid, 4711)));
  EXPECT_EQ(stat->comm, "bash");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 42);
  EXPECT_EQ(stat->start_ticks, 987654U);
}

TEST(ProcessStat, EndsTheCommAtTheLastParenthesis) {
  const std::string comms[] = {"",
                               ")",
                               "(",
                               "a) b",
                               ") R 1 1 1",
                               "4 (x) S 1",
                               "()()",
                               " ",
                               "a\nb",
                               "\n",
                               "\x1b[31m",
                               "a\tb",
                               "\xff\xfe",
                               "kworker/u8:2-events_unbound",
                               "nul\0nul"s};
  for (const std::string& comm : comms) {
    SCOPED_TRACE(comm);
    const auto stat = parse_process_stat(line_with(comm));
    ASSERT_THAT(stat, Yields(Field(&ProcessStat::comm, comm)));
    EXPECT_EQ(stat->pid, 4711);
    EXPECT_EQ(stat->state, 'S');
    EXPECT_EQ(stat->parent, 42);
    EXPECT_EQ(stat->start_ticks, 987654U);
  }
}

TEST(ProcessStat, NeedsNothingBehindTheStartTime) {
  const std::string shortest = "1 (init) Z 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5";
  const auto stat = parse_process_stat(shortest);
  ASSERT_THAT(stat, Yields(Field(&ProcessStat::start_ticks, 5U)));
  EXPECT_EQ(stat->state, 'Z');
  EXPECT_EQ(stat->parent, 0);
}

TEST(ProcessStat, TakesTheLongestStartTime) {
  const std::string line =
      "4194303 (x) S 4194302 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 18446744073709551615\n";
  const auto stat = parse_process_stat(line);
  ASSERT_THAT(stat, Yields(Field(&ProcessStat::pid, 4194303)));
  EXPECT_EQ(stat->start_ticks, 18446744073709551615U);
}

TEST(ProcessStat, IsRefusedWhereverItIsCutBeforeTheStartTime) {
  const std::string line = line_with("a) b");
  const std::size_t start = line.find("987654");
  for (std::size_t length = 0; length <= start; ++length) {
    SCOPED_TRACE(line.substr(0, length));
    EXPECT_THAT(parse_process_stat(line.substr(0, length)), Fails("malformed /proc/PID/stat"));
  }
}

TEST(ProcessStat, IsRefusedWhenItIsSomethingElse) {
  const std::string fields = " S 42 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5";
  const std::string texts[] = {
      "\n",
      "()",
      ")(",
      "1 )x(" + fields,
      "(x)" + fields,
      " (x)" + fields,
      "x (x)" + fields,
      "1 x" + fields,
      "2147483648 (x)" + fields,
      "1 (x) SS 42 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5",
      "1 (x) S me 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5",
      "1 (x) S 42 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 -5",
      "1 (x) S 42 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 18446744073709551616",
  };
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_process_stat(text), Fails("malformed /proc/PID/stat"));
  }
}

TEST(ProcessStat, IsRefusedWhenItsPidIsNone) {
  const std::string rest = "(x) S 42 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5";
  EXPECT_THAT(parse_process_stat("4711x" + rest), Fails("malformed /proc/PID/stat"));
  EXPECT_THAT(parse_process_stat("-4711 " + rest), Fails("malformed /proc/PID/stat"));
}

}  // namespace
}  // namespace nsplay::procfs
