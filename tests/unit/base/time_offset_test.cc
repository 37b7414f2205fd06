#include "nsplay/base/time_offset.h"

#include <cstdint>

#include <gtest/gtest.h>

#include "matchers.h"

namespace nsplay {
namespace {

using std::chrono::nanoseconds;
using test::IsUsageError;
using test::Yields;
using testing::EndsWith;

TEST(TimeOffset, IsTheSumOfItsPartsWithASign) {
  const struct {
    const char* text;
    std::int64_t nanoseconds;
  } cases[] = {
      {"3d", 259'200'000'000'000},
      {"-1.5h", -5'400'000'000'000},
      {"+1.5h", 5'400'000'000'000},
      {"90s", 90'000'000'000},
      {"90", 90'000'000'000},
      {"-90", -90'000'000'000},
      {"0", 0},
      {"-0", 0},
      {"0.5", 500'000'000},
      {"-0.000000001s", -1},
      {"1.000000001", 1'000'000'001},
      {"0.000000001d", 86'400},
      {"1d1h1m1.25s", 90'061'250'000'000},
      {"1h0.5m", 3'630'000'000'000},
      {"36600d", 3'162'240'000'000'000'000},
      {"-3162240000", -3'162'240'000'000'000'000},
  };
  for (const auto& [text, sum] : cases) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_time_offset(text), Yields(nanoseconds(sum)));
  }
}

TEST(TimeOffset, IsRefusedWhenItSaysNothing) {
  for (const char* text :
       {"",    "-",    "+",    "s",    "-s",     ".5s",          "1.s", "1..5s", "--5",
        "+-5", "1m1h", "1s1s", "1s1",  "1.5h3m", "1.5e3",        "5S",  " 5",    "5 ",
        "0x5", "1,5s", "5ms",  "soon", "1h-3m",  "1.0000000001", "5s\n"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_time_offset(text), IsUsageError(EndsWith("is no offset of a clock")));
  }
}

TEST(TimeOffset, IsACenturyAtMost) {
  for (const char* text : {"36600d1s",
                           "-36600.000000001d",
                           "36600d0.000000001s",
                           "3162240001",
                           "9223372036854775807d",
                           "99999999999999999999",
                           "3162240000d",
                           "36600d878400h"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_time_offset(text), IsUsageError(EndsWith("is no offset of a clock")));
  }
}

TEST(TimeOffset, QuotesHostileTextAndTellsTheForm) {
  const auto result = parse_time_offset("\x1b[31m");
  EXPECT_THAT(result, IsUsageError("'\\x1b[31m' is no offset of a clock"));
  EXPECT_EQ(result.error().hint, "write it like 3d, -1.5h or 90s; at most 100 years either way");
}

}  // namespace
}  // namespace nsplay
