#include "nsplay/ops/create.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

using test::IsUsageError;

// Only what is refused before anything is made.

TEST(Create, RefusesToCreateNothing) {
  const auto creation = create({});
  EXPECT_THAT(creation, IsUsageError("no namespace to create"));
  EXPECT_EQ(creation.error().hint, "name at least one, as in --uts, --hostname NAME or --all");
}

TEST(Create, RefusesAnEmptyName) {
  CreateRequest request;
  request.hostname = "";
  EXPECT_THAT(create(request), IsUsageError("--hostname is empty"));
  request.hostname.reset();
  request.domainname = "";
  EXPECT_THAT(create(request), IsUsageError("--domainname is empty"));
}

TEST(Create, RefusesANameThatTheKernelWouldNotKeep) {
  const std::string name(65, 'x');
  CreateRequest request;
  request.hostname = name;
  const auto creation = create(request);
  EXPECT_THAT(creation, IsUsageError("--hostname is 65 bytes long: '" + name + "'"));
  EXPECT_EQ(creation.error().hint, "the kernel keeps at most 64 bytes");
  request.hostname.reset();
  request.domainname = name;
  EXPECT_THAT(create(request), IsUsageError("--domainname is 65 bytes long: '" + name + "'"));
}

TEST(Create, CountsBytesAndNotLetters) {
  std::string name;
  for (int i = 0; i < 33; ++i) {
    name += "ü";
  }
  CreateRequest request;
  request.hostname = name;
  EXPECT_THAT(create(request), IsUsageError("--hostname is 66 bytes long: '" + name + "'"));
}

TEST(Create, RefusesALifetimeForAProgram) {
  CreateRequest request;
  request.kinds = {ns::Kind::uts};
  request.lifetime = std::chrono::seconds(5);
  request.program = {"true"};
  EXPECT_THAT(create(request), IsUsageError("--for is for a child without PROGRAM"));
}

}  // namespace
}  // namespace nsplay::ops
