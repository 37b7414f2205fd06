#include "nsplay/ops/network_request.h"

#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

using ns::Kind;

TEST(NetworkRequest, NeedsNothingWhereTheLoopbackIsUp) {
  EXPECT_TRUE(check_network({}, {Kind::uts}));
  EXPECT_TRUE(check_network({Loopback::up, UserNetwork::attached}, {Kind::net}));
}

TEST(NetworkRequest, LeavesTheLoopbackDownInANewNamespaceOnly) {
  EXPECT_TRUE(check_network({Loopback::down, UserNetwork::none}, {Kind::net}));
  const auto refused = check_network({Loopback::down, UserNetwork::none}, {Kind::uts});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().trouble, Trouble::usage);
  EXPECT_EQ(refused.error().hint, "add --net");
}

TEST(NetworkRequest, ContradictsItselfWhereAProgramBringsTheLoopbackUp) {
  const auto refused = check_network({Loopback::down, UserNetwork::attached}, {Kind::net});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "--no-loopback contradicts --net-user");
}

}  // namespace
}  // namespace nsplay::ops
