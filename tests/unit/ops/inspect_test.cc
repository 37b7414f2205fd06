#include "nsplay/ops/inspect.h"

#include <vector>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

using test::IsUsageError;
using testing::ElementsAre;

TEST(Compare, ShowsTheFieldsInTheOrderOfUname) {
  const sys::Uname caller = {"s", "n", "r", "v", "m", "d"};
  const sys::Uname target = {"S", "N", "R", "V", "M", "D"};
  std::vector<std::string> names;
  std::vector<std::string> here;
  std::vector<std::string> there;
  for (const UnameField& field : compare(caller, target)) {
    names.emplace_back(field.name);
    here.push_back(field.caller);
    there.push_back(field.target);
    EXPECT_TRUE(field.differs());
  }
  EXPECT_THAT(names,
              ElementsAre("sysname", "nodename", "release", "version", "machine", "domainname"));
  EXPECT_THAT(here, ElementsAre("s", "n", "r", "v", "m", "d"));
  EXPECT_THAT(there, ElementsAre("S", "N", "R", "V", "M", "D"));
}

TEST(Compare, MarksOnlyWhatDiffers) {
  const sys::Uname caller = {"Linux", "host", "6.18", "#1", "x86_64", "(none)"};
  sys::Uname target = caller;
  target.nodename = "Host";
  for (const UnameField& field : compare(caller, target)) {
    SCOPED_TRACE(field.name);
    EXPECT_EQ(field.differs(), field.name == "nodename");
  }
}

TEST(Inspect, SaysWhatWasNoTarget) {
  EXPECT_THAT(inspect({"a\x1b[2J"}),
              IsUsageError("cannot inspect a\\x1b[2J: 'a\\x1b[2J' is not a TARGET"));
}

}  // namespace
}  // namespace nsplay::ops
