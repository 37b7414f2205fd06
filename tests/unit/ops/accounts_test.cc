#include "nsplay/ops/accounts.h"

#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

using testing::ElementsAre;
using testing::Optional;
using testing::SizeIs;

constexpr std::string_view passwd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "# comment\n"
    "short:x:1:1\n"
    ":x:2:2:::\n"
    "nouid:x:-3:3:::\n"
    "high:x:4294967295:3:::\n"
    "www:x:33:34:::/bin/false\n"
    "www:x:99:99:::\n"
    "twin:x:33:35:::\n"
    "no newline:x:7:8:::";

constexpr std::string_view group =
    "root:x:0:\n"
    "www:x:34:\n"
    "adm:x:4:syslog,www\n"
    "adm2:x:4:www\n"
    "short:x:5\n"
    "broken:x\n"
    "bad:x:no:www\n"
    "wwws:x:6:wwww,ww,w\n"
    "last:x:9:,www,";

TEST(ParseId, TakesDecimalDigitsAlone) {
  EXPECT_THAT(parse_id("0"), Optional(0U));
  EXPECT_THAT(parse_id("4294967294"), Optional(4294967294U));
  for (const char* text :
       {"", "4294967295", "4294967296", "-1", "+1", " 1", "1 ", "0x1", "www", "1a"}) {
    EXPECT_EQ(parse_id(text), std::nullopt) << text;
  }
}

TEST(FindAccount, IsTheFirstLineWithTheNameOrTheNumber) {
  EXPECT_THAT(find_account(passwd, "www"), Optional(Account{"www", 33, 34}));
  EXPECT_THAT(find_account(passwd, uid_t{33}), Optional(Account{"www", 33, 34}));
  EXPECT_THAT(find_account(passwd, uid_t{99}), Optional(Account{"www", 99, 99}));
  EXPECT_THAT(find_account(passwd, "no newline"), Optional(Account{"no newline", 7, 8}));
}

TEST(FindAccount, SkipsLinesThatMakeNoSense) {
  for (const char* name : {"short", "", "nouid", "high", "# comment", "WWW", "ww"}) {
    EXPECT_EQ(find_account(passwd, name), std::nullopt) << name;
  }
  for (const uid_t uid : {1U, 2U, 3U, 4294967295U}) {
    EXPECT_EQ(find_account(passwd, uid), std::nullopt) << uid;
  }
  EXPECT_EQ(find_account("", "root"), std::nullopt);
}

TEST(FindGroup, IsTheGidOfTheFirstLineWithTheName) {
  EXPECT_THAT(find_group(group, "adm"), Optional(4U));
  EXPECT_THAT(find_group(group, "short"), Optional(5U));
  for (const char* name : {"broken", "bad", "", "ad", "adm3"}) {
    EXPECT_EQ(find_group(group, name), std::nullopt) << name;
  }
}

TEST(GroupsOf, AreTheOwnGroupAndThoseThatListTheNameEachOnce) {
  EXPECT_THAT(groups_of(group, {"www", 33, 34}), ElementsAre(34, 4, 9));
  EXPECT_THAT(groups_of(group, {"nobody", 65534, 65534}), ElementsAre(65534));
  EXPECT_THAT(groups_of("", {"root", 0, 0}), ElementsAre(0));
}

TEST(GroupsOf, AreNotMoreThanTheKernelKeeps) {
  std::string text;
  for (std::size_t gid = 1; gid <= most_groups + 10; ++gid) {
    text += "g:x:" + std::to_string(gid) + ":www\n";
  }
  EXPECT_THAT(groups_of(text, {"www", 33, 0}), SizeIs(most_groups));
}

}  // namespace
}  // namespace nsplay::ops
