#include "nsplay/ops/id_claims.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

using procfs::IdMap;
using test::IsUsageError;
using test::Yields;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

IdClaim fixed(const char* option, procfs::IdRange range) {
  return {option, range, Placement::fixed};
}

IdClaim as_all(procfs::IdRange range) {
  return {"--map-users all", range, Placement::as_all};
}

IdClaim free_ids(std::uint32_t first, std::uint32_t count) {
  return {"--map-auto", {0, first, count}, Placement::free};
}

TEST(LayOut, KeepsWhatIsWrittenInTheOrderOfTheInside) {
  EXPECT_THAT(lay_out({}, "uid"), Yields(IdMap{}));
  EXPECT_THAT(lay_out({fixed("-a", {10, 500, 5}), fixed("-b", {0, 100, 10})}, "uid"),
              Yields(IdMap{{0, 100, 10}, {10, 500, 5}}));
}

// util-linux: -r --map-auto maps one id less than there are.
TEST(LayOut, PutsFreeIdsBehindTheOneThatIsClaimedWhole) {
  EXPECT_THAT(lay_out({fixed("-r", {0, 1000, 1}), free_ids(100000, 65536)}, "uid"),
              Yields(IdMap{{0, 1000, 1}, {1, 100000, 65536}}));
}

TEST(LayOut, SplitsFreeIdsAroundWhatIsClaimedAndLosesNone) {
  EXPECT_THAT(lay_out({fixed("-u", {5, 0, 1}), free_ids(100000, 10)}, "uid"),
              Yields(IdMap{{0, 100000, 5}, {5, 0, 1}, {6, 100005, 5}}));
  EXPECT_THAT(
      lay_out({free_ids(100, 3), fixed("-u", {1, 7, 1}), fixed("-v", {2, 8, 2}), free_ids(200, 2)},
              "uid"),
      Yields(IdMap{{0, 100, 1}, {1, 7, 1}, {2, 8, 2}, {4, 101, 2}, {6, 200, 2}}));
}

// util-linux: adjacent ranges lose the id at their border.
TEST(LayOut, AdjacentRangesLoseNoId) {
  EXPECT_THAT(lay_out({fixed("-u", {1000, 0, 1}), fixed("-U", {0, 100000, 1000})}, "uid"),
              Yields(IdMap{{0, 100000, 1000}, {1000, 0, 1}}));
  EXPECT_THAT(lay_out({fixed("-u", {0, 999, 1}), fixed("-U", {1, 1000, 1000})}, "uid"),
              Yields(IdMap{{0, 999, 1}, {1, 1000, 1000}}));
}

// util-linux: "Invalid argument", and no word about which ranges.
TEST(LayOut, AnIdClaimedTwiceIsRefusedWithBothRanges) {
  EXPECT_THAT(
      lay_out({fixed("--map-user", {5, 0, 1}), fixed("--map-users 0:100000:10", {0, 100000, 10})},
              "uid"),
      IsUsageError("uid 5 inside is claimed twice: by --map-user (5 0 1) and by --map-users "
                   "0:100000:10 (0 100000 10)"));
  EXPECT_THAT(
      lay_out({fixed("--map-group", {5000, 0, 1}), fixed("--map-groups 0:0:10", {0, 0, 10})},
              "gid"),
      IsUsageError(AllOf(HasSubstr("gid 0 outside"), EndsWith("(0 0 10)"))));
  EXPECT_THAT(lay_out({fixed("-r", {0, 100005, 1}), free_ids(100000, 10)}, "uid"),
              IsUsageError(AllOf(HasSubstr("uid 100005 outside"),
                                 HasSubstr("--map-auto (10 ids from 100000 on)"))));
  EXPECT_THAT(lay_out({free_ids(1, 2), free_ids(2, 2)}, "uid"), IsUsageError(HasSubstr("uid 2")));
  EXPECT_THAT(lay_out({fixed("-a", {0, 5, 1}), fixed("-a", {0, 5, 1})}, "uid"),
              IsUsageError(HasSubstr("uid 0 inside")));
}

TEST(LayOut, WhatAllSayOnceMoreIsNoContradiction) {
  EXPECT_THAT(lay_out({fixed("-r", {0, 0, 1}), as_all({0, 0, 4294967295})}, "uid"),
              Yields(IdMap{{0, 0, 4294967295}}));
  EXPECT_THAT(lay_out({fixed("-r", {0, 1, 1}), as_all({0, 0, 10})}, "uid"),
              IsUsageError(HasSubstr("claimed twice")));
}

TEST(LayOut, ARangeThatBreaksARuleIsNamedWithIt) {
  const struct {
    procfs::IdRange range;
    const char* rule = nullptr;
  } cases[] = {
      {{0, 5, 0}, "(0 5 0): the count is 0"},
      {{4294967295, 5, 1}, "1 ids from 4294967295 on reach beyond the highest id, 4294967294"},
      {{0, 4294967295, 1}, "1 ids from 4294967295 on reach beyond the highest id, 4294967294"},
      {{4294967290, 0, 6}, "6 ids from 4294967290 on reach beyond the highest id, 4294967294"},
      {{0, 1, 4294967295}, "4294967295 ids from 1 on reach beyond the highest id, 4294967294"},
  };
  for (const auto& [range, rule] : cases) {
    SCOPED_TRACE(rule);
    EXPECT_THAT(lay_out({fixed("--map-users X", range)}, "uid"), IsUsageError(EndsWith(rule)));
  }
  EXPECT_THAT(lay_out({fixed("-a", {4294967290, 0, 5})}, "uid"), Yields(testing::SizeIs(1)));
}

TEST(LayOut, MoreRangesThanTheKernelTakesAreRefused) {
  std::vector<IdClaim> claims;
  for (std::uint32_t i = 0; i < 340; ++i) {
    claims.push_back(fixed("-a", {2 * i, 2 * i, 1}));
  }
  EXPECT_THAT(lay_out(claims, "uid"), Yields(testing::SizeIs(340)));
  claims.push_back(fixed("-a", {1000, 1000, 1}));
  EXPECT_THAT(lay_out(claims, "uid"), IsUsageError("341 uid ranges: the kernel takes at most 340"));
}

TEST(LayOut, FreeIdsFillTheLastRoomThereIs) {
  EXPECT_THAT(lay_out({fixed("-a", {0, 0, 4294967290}), free_ids(4294967290, 5)}, "uid"),
              Yields(IdMap{{0, 0, 4294967290}, {4294967290, 4294967290, 5}}));
  EXPECT_THAT(lay_out({fixed("-a", {1, 0, 4294967290}), free_ids(4294967290, 5)}, "uid"),
              Yields(testing::SizeIs(3)));
  EXPECT_THAT(lay_out({fixed("-a", {0, 0, 4294967291}), free_ids(4294967291, 4)}, "uid"),
              Yields(testing::SizeIs(2)));
}

}  // namespace
}  // namespace nsplay::ops
