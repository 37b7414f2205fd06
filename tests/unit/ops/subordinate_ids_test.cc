#include "nsplay/ops/subordinate_ids.h"

#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// util-linux counts the first line alone.
TEST(SubordinateIds, AreEveryLineOfTheUserByNameAndByUid) {
  const char* text =
      "other:1:1\n"
      "www:100000:65536\n"
      "33:300000:10\n"
      "333:7:1\n"
      "www:200000:5";
  EXPECT_THAT(parse_subordinate_ids(text, "www", 33),
              ElementsAre(IdSpan{100000, 65536}, IdSpan{300000, 10}, IdSpan{200000, 5}));
  EXPECT_THAT(parse_subordinate_ids(text, "", 33), ElementsAre(IdSpan{300000, 10}));
  EXPECT_THAT(parse_subordinate_ids(text, "nobody", 65534), IsEmpty());
  EXPECT_THAT(parse_subordinate_ids("", "www", 33), IsEmpty());
}

TEST(SubordinateIds, CountOnceWhatTwoLinesSay) {
  EXPECT_THAT(parse_subordinate_ids("a:10:10\n5:10:10\na:15:10\na:5:30\na:12:2\n", "a", 5),
              ElementsAre(IdSpan{10, 10}, IdSpan{20, 5}, IdSpan{5, 5}, IdSpan{25, 10}));
}

TEST(SubordinateIds, SkipLinesThatMakeNoSense) {
  for (const char* text : {"a",
                           "a:",
                           "a:1",
                           "a:1:",
                           "a::1",
                           "a:1:0",
                           "a:1:2:3",
                           "a:-1:5",
                           "a: 1:5",
                           "a:4294967295:1",
                           "a:4294967290:6",
                           "a:0:4294967296",
                           "a:x:y",
                           ":1:2",
                           " a:1:2",
                           "a:1:2 ",
                           "#a:1:2",
                           "A:1:2"}) {
    EXPECT_THAT(parse_subordinate_ids(text, "a", 5), IsEmpty()) << text;
  }
  EXPECT_THAT(parse_subordinate_ids(":1:2\n", "", 5), IsEmpty());
  EXPECT_THAT(parse_subordinate_ids("a:4294967290:5", "a", 5), SizeIs(1));
}

TEST(SubordinateIds, AreNotMoreThanAMapCouldHave) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += "a:" + std::to_string(2 * i) + ":1\n";
  }
  EXPECT_THAT(parse_subordinate_ids(text, "a", 5), SizeIs(most_id_spans));
}

TEST(Getsubids, PrintsAnIndexANameAStartAndACount) {
  EXPECT_THAT(parse_getsubids("0: www 100000 65536\n1: www 5 6\n"),
              ElementsAre(IdSpan{100000, 65536}, IdSpan{5, 6}));
  EXPECT_THAT(parse_getsubids("Error fetching ranges\n0 www 1 2\n0: www 1\n0: www 1 -2\n"),
              IsEmpty());
}

TEST(Nsswitch, SaysWhetherSubordinateIdsAreElsewhere) {
  EXPECT_FALSE(asks_elsewhere(""));
  EXPECT_FALSE(asks_elsewhere("passwd: files sss\n#subid: sss\n"));
  EXPECT_FALSE(asks_elsewhere("subid:  files\n"));
  EXPECT_TRUE(asks_elsewhere("passwd: files\nsubid:\tsss\n"));
}

}  // namespace
}  // namespace nsplay::ops
