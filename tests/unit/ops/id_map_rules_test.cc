#include "nsplay/ops/id_map_rules.h"

#include <cerrno>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

using procfs::IdMap;
using test::Fails;
using test::IsUsageError;
using test::Yields;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

MapCircumstances of_root() {
  MapCircumstances here;
  here.file = "uid_map";
  here.parent = {{0, 0, 4294967295}};
  here.may_set_ids = true;
  here.setgroups_denied = true;
  return here;
}

MapCircumstances of_user() {
  MapCircumstances here = of_root();
  here.own_id = 1000;
  here.may_set_ids = false;
  here.may_map_zero = false;
  return here;
}

TEST(AuthorOf, IsTheCallerForAPrivilegedOneAndForHisOwnIdAlone) {
  EXPECT_THAT(author_of({{0, 0, 10}, {10, 500, 5}}, of_root()), Yields(MapAuthor::caller));
  EXPECT_THAT(author_of({{7, 1000, 1}}, of_user()), Yields(MapAuthor::caller));
  EXPECT_THAT(author_of({}, of_user()), Yields(MapAuthor::caller));
}

TEST(AuthorOf, IsTheProgramForAnyOtherMapOfAnOrdinaryUser) {
  for (const IdMap& map : {IdMap{{0, 1001, 1}},
                           IdMap{{0, 1000, 2}},
                           IdMap{{0, 1000, 1}, {1, 100000, 1}},
                           IdMap{{0, 0, 1}}}) {
    EXPECT_THAT(author_of(map, of_user()), Yields(MapAuthor::program));
  }
  MapCircumstances here = of_user();
  here.setgroups_denied = false;
  EXPECT_THAT(author_of({{0, 1000, 1}}, here), Yields(MapAuthor::program));
}

TEST(AuthorOf, NamesTheLineThatTheParentDoesNotMap) {
  MapCircumstances here = of_root();
  here.parent = {{0, 1000, 1}, {1, 100000, 10}};
  EXPECT_THAT(author_of({{0, 0, 1}, {1, 1, 10}}, here), Yields(MapAuthor::caller));
  for (const procfs::IdRange& range : IdMap{{5, 11, 1}, {5, 10, 2}, {5, 1, 11}, {5, 500, 1}}) {
    EXPECT_THAT(
        author_of({{0, 0, 1}, range}, here),
        Fails(AllOf(StartsWith("uid_map line 2, '5 "),
                    HasSubstr("not all of these ids are mapped in your own user namespace"))));
  }
  // Over two lines of the parent's map the kernel says EPERM too.
  EXPECT_THAT(author_of({{0, 0, 2}}, here), Fails(StartsWith("uid_map line 1, '0 0 2': ")));
}

TEST(AuthorOf, NamesTheCapabilityThatIdZeroOfTheParentTakes) {
  MapCircumstances here = of_root();
  here.may_map_zero = false;
  const auto author = author_of({{0, 5, 1}, {1, 0, 1}}, here);
  EXPECT_THAT(author, Fails(HasSubstr("uid_map line 2, '1 0 1': it maps id 0")));
  EXPECT_EQ(author.error().errnum, EPERM);
  EXPECT_THAT(author.error().hint, HasSubstr("CAP_SETFCAP"));
}

TEST(AuthorOf, RefusesATextThatTheKernelWouldNotRead) {
  IdMap map;
  for (std::uint32_t i = 0; i < 341; ++i) {
    map.push_back({i, i, 1});
  }
  EXPECT_THAT(author_of(map, of_root()), IsUsageError(HasSubstr("has 341 lines")));
  map.resize(340);
  EXPECT_THAT(author_of(map, of_root()), Yields(MapAuthor::caller));
  map.clear();
  // 24 bytes each: 170 lines have 4080, the next would have 4104.
  for (std::uint32_t i = 0; i < 171; ++i) {
    map.push_back({1000000000 + i, 2000000000 + i, 1});
  }
  ASSERT_EQ(procfs::format_id_map(map).size(), 4104U);
  EXPECT_THAT(author_of(map, of_root()), IsUsageError(HasSubstr("uid_map has 4104 bytes")));
  map.pop_back();
  EXPECT_THAT(author_of(map, of_root()), Yields(MapAuthor::caller));
}

}  // namespace
}  // namespace nsplay::ops
