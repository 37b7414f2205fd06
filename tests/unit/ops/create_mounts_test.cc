#include "nsplay/ops/create_mounts.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::KindSet;
using test::IsUsageError;
using testing::HasSubstr;

TEST(ParseBind, TakesTwoPlacesAndReadOnly) {
  const auto bind = parse_bind("/a:/b");
  ASSERT_TRUE(bind);
  EXPECT_EQ(bind->source, "/a");
  EXPECT_EQ(bind->destination, "/b");
  EXPECT_EQ(bind->access, Access::read_write);
  EXPECT_EQ(parse_bind("a:b:ro")->access, Access::read_only);
  for (const char* text : {"", "a", ":b", "a:b:", "a:b:rw", "a:b:ro:x"}) {
    EXPECT_THAT(parse_bind(text), IsUsageError(HasSubstr("--bind wants SRC:DST"))) << text;
  }
}

TEST(KindsForMounts, AreThoseThatTheyNeed) {
  MountsRequest request;
  request.working_directory = "/";
  EXPECT_EQ(kinds_for(request), KindSet());
  request.propagation = sys::Propagation::slave;
  EXPECT_EQ(kinds_for(request), KindSet({Kind::mnt}));
  request.proc = "/proc";
  EXPECT_EQ(kinds_for(request), KindSet({Kind::mnt, Kind::pid}));
}

TEST(KindsForMounts, OfBinfmtAreThoseOfItsPlaceToo) {
  MountsRequest request;
  request.binfmt = "/elsewhere";
  EXPECT_EQ(kinds_for(request), KindSet({Kind::mnt, Kind::user}));
  request.binfmt = "";
  EXPECT_EQ(kinds_for(request), KindSet({Kind::mnt, Kind::user, Kind::pid}));
  EXPECT_TRUE(check_mounts(request));
  request.binfmt.reset();
  request.interpreters = {":x:E::x::/x:"};
  EXPECT_EQ(kinds_for(request), KindSet({Kind::mnt, Kind::user, Kind::pid}));
}

TEST(CheckMounts, RefusesPlacesThatAreARoot) {
  for (const char* place : {"", "/", "//", "/.", "/..", "."}) {
    MountsRequest request;
    request.binds = {{"", place}};
    EXPECT_THAT(check_mounts(request), IsUsageError(HasSubstr("--tmpfs"))) << place;
  }
}

TEST(PrepareMounts, GoAllTheWayToAPlace) {
  MountsRequest request;
  request.binds = {{"", "/a//b/"}, {"", "c/d"}};
  const auto plan = prepare_mounts(request, {Kind::mnt});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->mounts.size(), 2U);
  const auto shown = [](const PreparedMount& mount) {
    std::vector<std::string> way;
    for (const WayPoint& point : mount.way) {
      way.push_back(point.parent + " " + point.name);
    }
    return way;
  };
  EXPECT_THAT(shown(plan->mounts[0]), testing::ElementsAre("/ a", "//a b"));
  EXPECT_THAT(shown(plan->mounts[1]), testing::ElementsAre(". c", "./c d"));
}

TEST(PrepareMounts, LeaveOutWhatBelongsToAnotherUserNamespace) {
  const auto has_mqueue = [](KindSet kinds) {
    MountsRequest request;
    request.dev = true;
    const auto plan = prepare_mounts(request, kinds);
    return plan && plan->mounts.back().destination == "/dev/mqueue";
  };
  EXPECT_TRUE(has_mqueue({Kind::mnt}));
  EXPECT_TRUE(has_mqueue({Kind::mnt, Kind::user, Kind::ipc}));
  EXPECT_FALSE(has_mqueue({Kind::mnt, Kind::user}));
}

}  // namespace
}  // namespace nsplay::ops
