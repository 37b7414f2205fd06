#include "nsplay/target/engines/keepers.h"

#include <gmock/gmock.h>

namespace nsplay::target {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Keeper, IsToldByItsProgram) {
  EXPECT_EQ(parse_keeper("/usr/bin/conmon\0-c\0abc\0"sv).program, "conmon");
  EXPECT_EQ(parse_keeper("/usr/bin/containerd-shim-runc-v2\0-id\0x\0"sv).program,
            "containerd-shim-runc-v2");
  EXPECT_THAT(parse_keeper("conmon\0-c\0abc\0"sv).arguments, ElementsAre("-c", "abc"));
  for (const auto text : {""sv, "\0"sv, "sh\0conmon\0"sv, "conmon2\0"sv, "conmon/\0"sv}) {
    EXPECT_THAT(parse_keeper(text).program, IsEmpty()) << text;
  }
}

TEST(Keeper, OfLxcIsToldByItsTitle) {
  const Keeper keeper = parse_keeper("[lxc monitor] /var/lib/my lxc web\0\0\0"sv);
  EXPECT_EQ(keeper.program, "[lxc monitor]");
  EXPECT_THAT(keeper.arguments, ElementsAre("/var/lib/my lxc", "web"));
  EXPECT_THAT(parse_keeper("[lxc monitor] \0"sv).program, IsEmpty());
}

TEST(Keeper, HasOptionsInBothForms) {
  const Keeper keeper = parse_keeper("conmon\0-n\0web\0--cid=abc\0--empty=\0-p\0"sv);
  EXPECT_EQ(option_of(keeper, {"--name", "-n"}), "web");
  EXPECT_EQ(option_of(keeper, {"--cid"}), "abc");
  for (const auto name : {"--ci"sv, "--empty"sv, "-p"sv, "web"sv}) {
    EXPECT_THAT(option_of(keeper, {name}), testing::AnyOf("", "--cid=abc")) << name;
  }
  EXPECT_TRUE(has_argument(keeper, "-p"));
  EXPECT_FALSE(has_argument(keeper, "--cid"));
}

}  // namespace
}  // namespace nsplay::target
