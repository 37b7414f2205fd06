#include "nsplay/target/engines/keepers.h"

#include <gmock/gmock.h>

namespace nsplay::target {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Keeper, IsToldByItsProgram) {
  EXPECT_EQ(parse_keeper("/usr/bin/conmon\0-c\0abc\0"sv).program, "conmon");
  EXPECT_EQ(parse_keeper("/usr/bin/bwrap\0--unshare-all\0sh\0"sv).program, "bwrap");
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
  return value_of(keeper.line, {"-n", "--name", "-M", "--machine", "--hostname"});
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
                          "systemd-nspawn\0-Mweb\0"sv,
                          "systemd-nspawn\0-M\0web\0"sv,
                          "systemd-nspawn\0--machine\0web\0"sv,
                          "systemd-nspawn\0--machine=web\0"sv,
                          "systemd-nspawn\0--mach=web\0"sv,
                          "systemd-nspawn\0--mach\0web\0"sv,
                          "systemd-nspawn\0--m\0web\0"sv,
                          "systemd-nspawn\0--direc\0/r\0--bo\0--mach=web\0"sv,
                          "systemd-nspawn\0--private-users\0--machine=web\0"sv,
                          "lxc-start\0-Fn\0web\0"sv,
                          "lxc-start\0--foreg\0--nam=web\0"sv,
                          "firejail\0--quiet\0--name=web\0"sv,
                          "bwrap\0--hostname\0web\0sh\0"sv,
                          "bwrap\0--hostname\0first\0--hostname\0web\0--\0sh\0"sv,
                          "bwrap\0--args\0"
                          "5\0--bind\0/\0/\0--hostname\0web\0"sv,
                          "bwrap\0--setenv\0--hostname\0x\0--hostname\0web\0"sv,
                          "bwrap\0--overlay\0a\0--dir\0c\0--hostname\0web\0"sv,
                          "bwrap\0--unshare-all\0--as-pid-1\0--hostname\0web\0sh\0"sv}) {
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
                          "conmon\0--nam=web\0"sv,
                          "systemd-nspawn\0--nam=web\0"sv,
                          "systemd-nspawn\0--\0--mach=web\0"sv,
                          "systemd-nspawn\0--no-pag\0sh\0--mach=web\0"sv,
                          "bwrap\0--hostname\0"sv,
                          "bwrap\0--host\0web\0"sv,
                          "bwrap\0sh\0--hostname\0web\0"sv,
                          "bwrap\0--unshare-all\0--\0sh\0--hostname\0web\0"sv,
                          "bwrap\0--unshare-all\0sh\0--hostname\0web\0"sv,
                          "bwrap\0--setenv\0HOME\0--hostname\0sh\0web\0"sv,
                          "bwrap\0--bind\0/\0--hostname\0web\0"sv}) {
    EXPECT_EQ(name_of(parse_keeper(text)), "") << text;
  }
}

/// getopt_long(3) refuses the beginning of several words.
TEST(Keeper, HasOptionsWhoseBeginningIsOfOneWord) {
  const Keeper keeper = parse_keeper("systemd-nspawn\0--ima=a\0--temp\0b\0--bind=c\0--re=d\0"sv);
  EXPECT_EQ(value_of(keeper.line, {"--image"}), "a");
  EXPECT_EQ(value_of(keeper.line, {"--template"}), "b");
  EXPECT_EQ(value_of(keeper.line, {"--bind"}), "c");
  EXPECT_EQ(value_of(keeper.line, {"--re"}), "d");
}

TEST(Keeper, IsNoStubOfAnother) {
  Keeper outer = parse_keeper("bwrap\0--unshare-all\0bwrap\0--unshare-all\0sh\0"sv);
  outer.pid = 70;
  outer.init = 71;
  Keeper stub = outer;
  stub.pid = 71;
  stub.init = 72;
  Keeper inner = parse_keeper("bwrap\0--unshare-all\0sh\0"sv);
  inner.pid = 72;
  inner.init = 73;
  EXPECT_FALSE(is_stub(outer, {outer, stub, inner}));
  EXPECT_TRUE(is_stub(stub, {outer, stub, inner}));
  EXPECT_FALSE(is_stub(inner, {outer, stub, inner}));
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
