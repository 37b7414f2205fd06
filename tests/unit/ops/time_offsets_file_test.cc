#include "nsplay/ops/time_offsets_file.h"

#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

using namespace std::chrono_literals;

TEST(TimeOffsetsFile, IsReadAsTheKernelShowsIt) {
  const auto offsets =
      parse_time_offsets("monotonic      259200 250000000\nboottime           -2 500000000\n");
  ASSERT_TRUE(offsets);
  EXPECT_EQ(offsets->monotonic, 259200s + 250ms);
  EXPECT_EQ(offsets->boottime, -1500ms);
}

TEST(TimeOffsetsFile, MayHaveClocksThatAreNotKnown) {
  const auto offsets = parse_time_offsets("monotonic 1 0\ntai 5 0\n");
  ASSERT_TRUE(offsets);
  EXPECT_EQ(offsets->monotonic, 1s);
  EXPECT_FALSE(offsets->boottime);
}

TEST(TimeOffsetsFile, OfAnotherFormIsRefused) {
  for (const char* text : {"monotonic",
                           "monotonic 1",
                           "monotonic x 0",
                           "monotonic 1 0 0",
                           "monotonic 1 -1",
                           "monotonic 1 1000000000",
                           "boottime 9223372036854775807 0",
                           "boottime -9223372036854775808 0",
                           "boottime 99999999999999999999 0"}) {
    EXPECT_FALSE(parse_time_offsets(text)) << text;
  }
}

}  // namespace
}  // namespace nsplay::ops
