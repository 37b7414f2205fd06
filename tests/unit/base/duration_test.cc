#include "nsplay/base/duration.h"

#include <cstdint>

#include <gtest/gtest.h>

#include "matchers.h"

namespace nsplay {
namespace {

using std::chrono::seconds;
using test::IsUsageError;
using test::Yields;
using testing::EndsWith;

TEST(Duration, IsTheSumOfItsParts) {
  const struct {
    const char* text;
    std::int64_t sum;
  } cases[] = {
      {"1s", 1},
      {"200s", 200},
      {"5m", 300},
      {"1h30m", 5400},
      {"1h", 3600},
      {"2d", 172800},
      {"1d1h1m1s", 90061},
      {"1d1s", 86401},
      {"90m", 5400},
      {"0d1s", 1},
      {"007s", 7},
  };
  for (const auto& [text, sum] : cases) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_duration(text), Yields(seconds(sum)));
  }
}

TEST(Duration, CountsSecondsWhenItHasNoUnit) {
  EXPECT_THAT(parse_duration("90"), Yields(seconds(90)));
}

TEST(Duration, LastsACenturyAtMost) {
  EXPECT_THAT(parse_duration("36600d"), Yields(seconds(3162240000)));
  EXPECT_THAT(parse_duration("3162240000"), Yields(seconds(3162240000)));
  EXPECT_THAT(parse_duration("36600d1s"), IsUsageError("'36600d1s' is not a duration"));
  EXPECT_THAT(parse_duration("3162240001"), IsUsageError("'3162240001' is not a duration"));
}

TEST(Duration, IsRefusedWhenItSaysNothing) {
  for (const char* text : {"", "0", "0s", "0h0m0s", "s", "h", "soon", "-"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_duration(text), IsUsageError(EndsWith("is not a duration")));
  }
}

TEST(Duration, IsRefusedWhenItsUnitsAreOutOfOrderOrTwice) {
  for (const char* text : {"1m1h", "1s1m", "1h1d", "1s1s", "1h1h", "1s1", "5ms"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_duration(text), IsUsageError(EndsWith("is not a duration")));
  }
}

TEST(Duration, IsRefusedWhenItIsNoWholeNumber) {
  for (const char* text : {"-5", "-5s", "+5s", "1.5h", "5 s", " 5s", "5s ", "5S", "0x5s", "5s\n"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_duration(text), IsUsageError(EndsWith("is not a duration")));
  }
}

TEST(Duration, IsRefusedWhenANumberOverflows) {
  for (const char* text : {"9223372036854775807d",
                           "213503982334602d",  // 2^64 + 61184 seconds
                           "99999999999999999999",
                           "18446744073709551617s",
                           "3162240000d3162240000h3162240000m3162240000s"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_duration(text), IsUsageError(EndsWith("is not a duration")));
  }
}

TEST(Duration, QuotesHostileTextAndTellsTheForm) {
  const auto result = parse_duration("\x1b[31m");
  EXPECT_THAT(result, IsUsageError("'\\x1b[31m' is not a duration"));
  EXPECT_EQ(result.error().hint, "write it like 200s, 5m or 1h30m; at least 1s, at most 100 years");
}

}  // namespace
}  // namespace nsplay
