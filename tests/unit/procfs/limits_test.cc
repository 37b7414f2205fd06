#include "nsplay/procfs/limits.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::procfs {
namespace {

using test::Fails;
using test::Yields;
using testing::IsEmpty;
using testing::Optional;

TEST(Limits, AreReadWithTheirNames) {
  const auto limits = parse_limits(
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max cpu time              unlimited            unlimited            seconds   \n"
      "Max open files            1024                 1048576              files     \n"
      "Max nice priority         0                    0                    \n");
  ASSERT_TRUE(limits);
  ASSERT_EQ(limits->size(), 3U);
  EXPECT_EQ(limits->at(0).name, "Max cpu time");
  EXPECT_EQ(limits->at(0).soft, std::nullopt);
  EXPECT_EQ(limits->at(1).name, "Max open files");
  EXPECT_THAT(limits->at(1).soft, Optional(1024U));
  EXPECT_THAT(limits->at(1).hard, Optional(1048576U));
  EXPECT_EQ(limits->at(2).name, "Max nice priority");
  EXPECT_THAT(parse_limits(""), Yields(IsEmpty()));
}

TEST(Limits, AreMalformedWithoutTheirValues) {
  for (const char* text : {"Max cpu time\n",
                           "Max cpu time              1\n",
                           "Max cpu time              x 1\n",
                           "Max cpu time              1 99999999999999999999\n"}) {
    EXPECT_THAT(parse_limits(text), Fails("malformed list of limits")) << text;
  }
}

}  // namespace
}  // namespace nsplay::procfs
