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
  for (const auto text : {""sv, "\0"sv, "sh\0conmon\0"sv, "conmon2\0"sv, "conmon/\0"sv}) {
    EXPECT_THAT(parse_keeper(text).program, IsEmpty()) << text;
  }
}

TEST(Keeper, OfLxcIsToldByItsTitle) {
  const Keeper keeper = parse_keeper("[lxc monitor] /var/lib/my lxc web\0\0\0"sv);
  EXPECT_EQ(keeper.program, "[lxc monitor]");
  EXPECT_THAT(keeper.line.words, ElementsAre("/var/lib/my lxc", "web"));
  EXPECT_THAT(parse_keeper("[lxc monitor] \0"sv).program, IsEmpty());
}

std::string name_of(const Keeper& keeper) {
  return value_of(keeper.line, {"-n", "--name", "-M", "--machine"});
}

TEST(Keeper, HasOptionsInEachForm) {
  for (const auto text : {"conmon\0-n\0web\0"sv,
                          "conmon\0--name\0web\0"sv,
                          "conmon\0--name=web\0"sv,
                          "conmon\0-sn\0web\0-c\0x\0"sv,
                          "conmon\0-snweb\0"sv,
                          "conmon\0-n\0first\0--name=web\0"sv,
                          "conmon\0word\0-n\0web\0"sv,
                          "conmon\0--exit-command-arg\0--name\0--exit-command-arg\0x\0-nweb\0"sv,
                          "systemd-nspawn\0-bMweb\0-D\0/r\0"sv,
                          "systemd-nspawn\0-bD\0/r\0--bind\0/a\0-M\0web\0"sv,
                          "lxc-start\0-Fn\0web\0"sv,
                          "firejail\0--quiet\0--name=web\0"sv}) {
    EXPECT_EQ(name_of(parse_keeper(text)), "web") << text;
  }
}

TEST(Keeper, HasNoOptionOfTheProgramInIt) {
  for (const auto text : {"systemd-nspawn\0-D\0/r\0/bin/sh\0-c\0x\0-M\0web\0"sv,
                          "systemd-nspawn\0--bind\0/a\0sh\0--machine=web\0"sv,
                          "systemd-nspawn\0--\0-Mweb\0"sv,
                          "firejail\0--net=none\0--\0sh\0--name=web\0"sv,
                          "firejail\0sh\0--name=web\0"sv,
                          "lxc-execute\0-f\0-n\0--\0-n\0web\0"sv,
                          "conmon\0--exit-command-arg\0--name=web\0"sv,
                          "conmon\0--name\0"sv,
                          "conmon\0--name=\0"sv,
                          "conmon\0-n\0"sv,
                          "conmon\0--nam=web\0"sv}) {
    EXPECT_EQ(name_of(parse_keeper(text)), "") << text;
  }
}

TEST(Keeper, MayHaveWordsOfOneDash) {
  const Keeper shim = parse_keeper("containerd-shim-runc-v2\0-namespace\0ns\0--id=web\0-debug\0"sv);
  EXPECT_EQ(value_of(shim.line, {"-namespace"}), "ns");
  EXPECT_EQ(value_of(shim.line, {"-id", "--id"}), "web");
  EXPECT_TRUE(has_option(shim.line, {"-debug"}));
  EXPECT_FALSE(has_option(shim.line, {"-d"}));
}

}  // namespace
}  // namespace nsplay::target
