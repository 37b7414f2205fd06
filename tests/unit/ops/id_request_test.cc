#include "nsplay/ops/id_request.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

using procfs::IdRange;
using test::IsUsageError;
using test::Yields;
using testing::Optional;

TEST(IdRange, IsInnerOuterCountOrTheOlderForm) {
  EXPECT_THAT(parse_id_range("0:100000:65536"), Optional(IdRange{0, 100000, 65536}));
  EXPECT_THAT(parse_id_range("100000,0,65536"), Optional(IdRange{0, 100000, 65536}));
  EXPECT_THAT(parse_id_range("4294967295:0:0"), Optional(IdRange{4294967295, 0, 0}));
  for (const char* text : {"",
                           "0",
                           "0:1",
                           "0:1:2:3",
                           "0:1,2",
                           ":1:2",
                           "0:1:",
                           "a:1:2",
                           "-1:1:2",
                           "0:4294967296:1",
                           " 0:1:2",
                           "0:1:2 ",
                           "0x1:1:1",
                           "+0:1:2"}) {
    EXPECT_EQ(parse_id_range(text), std::nullopt) << text;
  }
}

TEST(Owner, IsTwoNumbers) {
  EXPECT_THAT(parse_owner("1000:100"), Yields(sys::UserAndGroup{1000, 100}));
  for (const char* text :
       {"", "1000", "1000:", ":100", "1:2:3", "root:root", "4294967295:0", "-1:1"}) {
    EXPECT_THAT(parse_owner(text),
                IsUsageError(testing::StartsWith("--owner wants UID:GID, not '")))
        << text;
  }
}

TEST(SetgroupsWord, IsAllowOrDeny) {
  EXPECT_THAT(parse_setgroups("allow"), Yields(Setgroups::allow));
  EXPECT_THAT(parse_setgroups("deny"), Yields(Setgroups::deny));
  EXPECT_THAT(parse_setgroups("no\n"),
              IsUsageError("--setgroups wants allow or deny, not 'no\\n'"));
}

TEST(Ids, AnyOfThemWantsAUserNamespace) {
  EXPECT_FALSE(wants_user_namespace({}));
  IdsRequest denial;
  denial.setgroups = Setgroups::deny;
  IdsRequest owned;
  owned.owner = {0, 0};
  IdsRequest many;
  many.groups = {"auto"};
  IdsRequest none;
  none.map_none = true;
  for (const IdsRequest& request : {denial, owned, many, none}) {
    EXPECT_TRUE(wants_user_namespace(request));
  }
  EXPECT_FALSE(names_ids(denial));
  EXPECT_FALSE(names_ids(owned));
  EXPECT_TRUE(names_ids(many));
  EXPECT_TRUE(names_ids(none));
}

TEST(Ids, ThatContradictEachOtherAreRefusedByName) {
  const struct {
    void (*set)(IdsRequest&);
    const char* message;
  } cases[] = {
      {[](IdsRequest& r) { r.map_root_user = r.map_current_user = true; },
       "--map-root-user contradicts --map-current-user"},
      {[](IdsRequest& r) { r.map_root_user = true, r.user = "5"; },
       "--map-root-user contradicts --map-user"},
      {[](IdsRequest& r) { r.map_current_user = true, r.group = "5"; },
       "--map-current-user contradicts --map-group"},
      {[](IdsRequest& r) { r.map_none = r.map_root_user = true; },
       "--map-none contradicts --map-root-user"},
      {[](IdsRequest& r) { r.map_none = true, r.users = {"all"}; },
       "--map-none contradicts --map-users"},
      {[](IdsRequest& r) { r.map_none = true, r.both = {"subids"}; },
       "--map-none contradicts --map-subids"},
  };
  for (const auto& [set, message] : cases) {
    IdsRequest request;
    set(request);
    EXPECT_THAT(check_ids(request), IsUsageError(message));
  }
}

TEST(Ids, ThatBelongTogetherAreNot) {
  IdsRequest request;
  request.map_root_user = true;
  request.users = {"1:5:5", "auto"};
  request.both = {"auto"};
  request.setgroups = Setgroups::deny;
  request.owner = {1, 1};
  EXPECT_TRUE(check_ids(request));
  IdsRequest apart;
  apart.user = "5";
  apart.group = "6";
  EXPECT_TRUE(check_ids(apart));
}

}  // namespace
}  // namespace nsplay::ops
