#include "nsplay/ops/time_offsets.h"

#include <cerrno>

#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(TimeOffsets, AreOneLineForEachClockThatMoves) {
  EXPECT_EQ(format_time_offsets({}), "");
  EXPECT_EQ(format_time_offsets({90s, std::nullopt}), "monotonic 90 0\n");
  EXPECT_EQ(format_time_offsets({0ns, 72h}), "monotonic 0 0\nboottime 259200 0\n");
}

TEST(TimeOffsets, CountTheNanosecondsUpwardsAlsoBelowZero) {
  EXPECT_EQ(format_time_offsets({-1500ms, -1ns}),
            "monotonic -2 500000000\nboottime -1 999999999\n");
}

TEST(TimeOffsets, ThatAreRefusedHaveAHint) {
  EXPECT_THAT(time_offsets_hint(ERANGE), HasSubstr("below zero"));
  EXPECT_THAT(time_offsets_hint(EPERM), HasSubstr("CAP_SYS_TIME"));
  EXPECT_EQ(time_offsets_hint(EIO), "");
}

}  // namespace
}  // namespace nsplay::ops
