#include "nsplay/procfs/id_map.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::procfs {
namespace {

using test::Fails;
using test::Yields;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

constexpr std::uint32_t no_id = 4294967295;

std::string lines(std::uint32_t count) {
  std::string text;
  for (std::uint32_t i = 0; i < count; ++i) {
    text += std::to_string(2 * i) + " " + std::to_string(100000 + 2 * i) + " 1\n";
  }
  return text;
}

TEST(IdMap, IsReadAsTheKernelWritesIt) {
  EXPECT_THAT(parse_id_map("         0       1000          1\n"
                           "         1     100000      65536\n"),
              Yields(ElementsAre(IdRange{0, 1000, 1}, IdRange{1, 100000, 65536})));
}

TEST(IdMap, IsEmptyBeforeItIsWritten) {
  EXPECT_THAT(parse_id_map(""), Yields(IsEmpty()));
}

TEST(IdMap, NeedsNoNewlineAtTheEnd) {
  EXPECT_THAT(parse_id_map("0 1000 1"), Yields(ElementsAre(IdRange{0, 1000, 1})));
}

TEST(IdMap, TakesTheFullMapOfTheInitialNamespace) {
  EXPECT_THAT(parse_id_map("         0          0 4294967295\n"),
              Yields(ElementsAre(IdRange{0, 0, no_id})));
}

TEST(IdMap, GoesUpToTheLastIdThatIsOne) {
  EXPECT_THAT(parse_id_map("4294967294 4294967294 1\n"),
              Yields(ElementsAre(IdRange{4294967294, 4294967294, 1})));
  EXPECT_THAT(parse_id_map("1 1 4294967294\n"), Yields(ElementsAre(IdRange{1, 1, 4294967294})));
}

TEST(IdMap, IsRefusedWhenARangeGoesBeyondTheLastId) {
  for (const char* text : {"4294967295 0 1",
                           "4294967294 0 2",
                           "0 4294967294 2",
                           "1 0 4294967295",
                           "4294967295 4294967295 4294967295",
                           "2147483648 0 2147483648"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_id_map(text), Fails("malformed id map"));
  }
}

// Seen from inside an ordinary user's namespace, /proc/1/uid_map is "0 4294967295 4294967295":
// ids that have no mapping in the reader's namespace are shown so (user_namespaces(7)).
TEST(IdMap, TakesOutsideIdsThatTheReaderCannotSee) {
  const auto map = parse_id_map("         0 4294967295 4294967295\n");
  ASSERT_THAT(map, Yields(SizeIs(1)));
  EXPECT_TRUE(maps_inside(*map, 0));
  EXPECT_EQ(inside_of(*map, 0), std::nullopt);
  EXPECT_EQ(inside_of(*map, no_id), std::nullopt);
}

TEST(IdMap, Takes340LinesAndNotOneMore) {
  EXPECT_THAT(parse_id_map(lines(340)), Yields(SizeIs(340)));
  EXPECT_THAT(parse_id_map(lines(341)), Fails("malformed id map"));
}

TEST(IdMap, IsRefusedWhenALineIsNoRange) {
  for (const char* text : {"0",
                           "0 0",
                           "0 0 1 1",
                           "0 0 0",
                           "0 0 x",
                           "-1 0 1",
                           "0 -1 1",
                           "0 0 -1",
                           "+0 0 1",
                           "0 0 4294967296",
                           "4294967296 0 1",
                           "0x0 0 1",
                           "0,0,1",
                           " ",
                           "0 0 1\r\n",
                           "0 0 1\n1 1\n"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_id_map(text), Fails("malformed id map"));
  }
}

TEST(IdMap, IsWrittenInTheFormThatTheKernelReads) {
  EXPECT_EQ(format_id_map({{0, 1000, 1}, {1, 100000, 65536}}), "0 1000 1\n1 100000 65536\n");
  EXPECT_EQ(format_id_map({}), "");
}

TEST(IdMap, IsTheSameAfterWritingAndReading) {
  const IdMap map = {{0, 1000, 1}, {1, 100000, 65536}, {4294967294, 5, 1}};
  EXPECT_THAT(parse_id_map(format_id_map(map)), Yields(map));
}

TEST(IdMap, MapsTheIdsInsideItsRanges) {
  const IdMap map = {{0, 1000, 1}, {10, 100000, 5}, {4294967290, 7, 5}};
  const struct {
    std::uint32_t id;
    bool is_mapped;
  } cases[] = {{0, true},
               {1, false},
               {9, false},
               {10, true},
               {14, true},
               {15, false},
               {1000, false},
               {4294967289, false},
               {4294967290, true},
               {4294967294, true},
               {no_id, false}};
  for (const auto& [id, is_mapped] : cases) {
    SCOPED_TRACE(id);
    EXPECT_EQ(maps_inside(map, id), is_mapped);
  }
}

TEST(IdMap, FindsTheInsideIdOfAnOutsideOne) {
  const IdMap map = {{0, 1000, 1}, {10, 100000, 5}, {20, 4294967290, 5}};
  EXPECT_THAT(inside_of(map, 1000), Optional(0U));
  EXPECT_THAT(inside_of(map, 100000), Optional(10U));
  EXPECT_THAT(inside_of(map, 100004), Optional(14U));
  EXPECT_THAT(inside_of(map, 4294967294), Optional(24U));
  for (const std::uint32_t id : {0U, 999U, 1001U, 99999U, 100005U, 4294967289U, no_id}) {
    SCOPED_TRACE(id);
    EXPECT_EQ(inside_of(map, id), std::nullopt);
  }
}

TEST(IdMap, MapsNothingWhenItIsEmpty) {
  EXPECT_FALSE(maps_inside({}, 0));
  EXPECT_EQ(inside_of({}, 0), std::nullopt);
}

TEST(IdMap, MapsEveryIdButTheLastInTheInitialNamespace) {
  const IdMap full = {{0, 0, no_id}};
  EXPECT_TRUE(maps_inside(full, 4294967294));
  EXPECT_FALSE(maps_inside(full, no_id));
  EXPECT_EQ(inside_of(full, no_id), std::nullopt);
}

}  // namespace
}  // namespace nsplay::procfs
