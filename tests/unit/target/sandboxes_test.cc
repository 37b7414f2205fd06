// LXC, systemd-nspawn, firejail and bwrap, whose containers are their keepers' children.

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "target/candidate_matchers.h"
#include "target/state_tree.h"

namespace nsplay::target {
namespace {

using test::is_called;
using test::is_kept_by;
using test::is_said_by;
using test::is_standing;
using test::StateTree;
using testing::AllOf;
using testing::ElementsAre;

/// As systemd-machined 252 writes it.
constexpr const char* my_web_file =
    "# This is private data. Do not parse.\n"
    "NAME=my-web\n"
    "SCOPE=machine-my\\\\x2dweb.scope\n"
    "SERVICE=systemd-nspawn\n"
    "ROOT=/var/lib/machines/my-web\n"
    "ID=5f2c1d6a9be74d0f8e3a4b5c6d7e8f90\n"
    "LEADER=4711\n"
    "CLASS=container\n"
    "REALTIME=1795865540000000\n"
    "MONOTONIC=60961000000\n";

TEST(Lxc, KnowsContainersByTheirMonitor) {
  StateTree tree;
  tree.add_keeper(70, 71, "[lxc monitor] /var/lib/lxc web");
  tree.add_keeper(80, 81, "lxc-start -F --name=db");
  tree.add_keeper(90, 91, "lxc-start -F word");
  EXPECT_THAT(tree.find("lxc").candidates,
              ElementsAre(AllOf(is_called({"web"}, {}), is_kept_by(70, 71)),
                          AllOf(is_called({"db"}, {}), is_kept_by(80, 81)),
                          AllOf(is_called({"word"}, {}), is_kept_by(90, 91))));
}

TEST(Lxc, LooksWhereAMonitorSaysThatItHasItsContainers) {
  StateTree tree;
  tree.add_keeper(70, 71, "[lxc monitor] /srv/my lxc web");
  tree.add("/srv/my lxc/ended/config", "");
  EXPECT_THAT(
      tree.find("lxc").candidates,
      ElementsAre(is_called({"web"}, {}), is_said_by("/srv/my lxc/ended/config", 0, std::nullopt)));
}

TEST(Lxc, KnowsContainersThatDoNotRun) {
  const StateTree tree;
  tree.add("/var/lib/lxc/web/config", "lxc.uts.name = web\n");
  tree.add("/home/.local/share/lxc/own/config", "");
  tree.add("/var/lib/lxc/empty/other", "");
  EXPECT_THAT(tree.find("lxc").candidates,
              ElementsAre(is_said_by("/var/lib/lxc/web/config", 0, std::nullopt),
                          is_said_by("/home/.local/share/lxc/own/config", 0, std::nullopt)));
}

TEST(Nspawn, KnowsMachinesByTheirNspawn) {
  StateTree tree;
  tree.add_keeper(70, 71, "/usr/bin/systemd-nspawn --machine=web -D /srv/x");
  tree.add_keeper(80, 81, "systemd-nspawn -D /srv/db/ /bin/sh");
  tree.add_keeper(90, 91, "systemd-nspawn --help");
  EXPECT_THAT(tree.find("machine").candidates,
              ElementsAre(AllOf(is_called({"web"}, {}), is_kept_by(70, 71)),
                          AllOf(is_called({"db"}, {}), is_kept_by(80, 81))));
}

TEST(Nspawn, HasTheNameOfWhereItWasStarted) {
  StateTree tree;
  tree.add_keeper(70, 71, "systemd-nspawn -b", "/srv/web");
  tree.add_keeper(80, 81, "systemd-nspawn -bD . sh -M spoof", "/srv/db");
  tree.add_keeper(90, 91, "systemd-nspawn -b");
  EXPECT_THAT(tree.find("machine").candidates,
              ElementsAre(is_called({"web"}, {}), is_called({"db"}, {})));
}

TEST(Nspawn, HasTheNameOfItsImageOrDirectory) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"-i /srv/web.raw", "web"},
      {"--image=/srv/web", "web"},
      {"--ima=web.raw -b", "web"},
      {"-qi/srv/web.raw", "web"},
      {"--image=/srv/web.raw -M other", "other"},
      {"-D /srv/web.raw", "web.raw"},
      {"-D./web/.", "web"},
      {"--direc web/ sh", "web"},
      {"--template=/srv/other -D /srv/web", "web"},
      {"--template /srv/other -Mweb", "web"},
      {"-D .", "here"},
      {"-D /srv/we_b", "web"},
      {"-D /srv/-w..e.-", "w.e"},
      {"-D /srv/" + std::string(70, 'a'), std::string(64, 'a')},
  };
  for (const auto& [line, name] : cases) {
    StateTree tree;
    tree.add_keeper(70, 71, "systemd-nspawn " + line, "/srv/here");
    EXPECT_THAT(tree.find("nspawn").candidates, ElementsAre(is_called({name}, {}))) << line;
  }
}

TEST(Nspawn, KnowsMachinesThatAreRegistered) {
  const StateTree tree;
  tree.add("/run/systemd/machines/web", "# x\nNAME=web\nCLASS=container\nLEADER=4711\n");
  tree.add("/run/systemd/machines/guest", "NAME=guest\nCLASS=vm\nLEADER=4712\n");
  tree.add_link("/run/systemd/machines/unit:web.scope", "web");
  EXPECT_THAT(tree.find("nspawn").candidates,
              ElementsAre(AllOf(is_called({"web"}, {}),
                                is_said_by("/run/systemd/machines/web", 4711, std::nullopt))));
}

TEST(Firejail, KnowsSandboxesByTheirOutermostProcess) {
  StateTree tree;
  tree.add_keeper(70, 71, "/usr/bin/firejail --name=web --net=none -- sleep 100");
  tree.add_keeper(71, 72, "/usr/bin/firejail --name=web --net=none -- sleep 100");
  tree.add_keeper(80, 81, "firejail --net=none sleep 100");
  EXPECT_THAT(tree.find("firejail").candidates,
              ElementsAre(AllOf(is_called({"web"}, {}), is_kept_by(70, 71))));
}

TEST(Nspawn, KnowsTheUnitOfARegisteredMachine) {
  const StateTree tree;
  tree.add("/run/systemd/machines/my-web", my_web_file);
  tree.add_link("/run/systemd/machines/unit:machine-my\\x2dweb.scope", "my-web");
  EXPECT_THAT(tree.find("nspawn").candidates,
              ElementsAre(AllOf(is_called({"my-web"}, {}),
                                is_said_by("/run/systemd/machines/my-web", 4711, std::nullopt),
                                testing::Field(&Candidate::unit, "machine-my\\x2dweb.scope"),
                                testing::Field(&Candidate::written, testing::Ne(std::nullopt)))));
}

/// As it is left when firejail and what is in it are killed.
TEST(Firejail, SaysOfAFileWithoutAProcessThatItIsStale) {
  StateTree tree;
  tree.add_keeper(80, 81, "firejail --name=other sleep 100");
  tree.add("/run/firejail/name/70", "web\n");
  tree.add("/run/firejail/name/80", "other\n");
  tree.add("/run/firejail/name/no-pid", "x\n");
  EXPECT_THAT(tree.find("firejail").candidates,
              ElementsAre(AllOf(is_called({"other"}, {}), is_standing(Standing::open)),
                          AllOf(is_called({"web"}, {}),
                                is_said_by("/run/firejail/name/70", 70, std::nullopt),
                                is_standing(Standing::refuted))));
}

/// As bwrap 0.8.0 runs: its init is a stub with the same command line.
TEST(Bwrap, KnowsSandboxesByTheirOutermostProcess) {
  StateTree tree;
  tree.add_keeper(70, 71, "bwrap --unshare-all --hostname web --bind /r / --proc /proc sleep 100");
  tree.add_keeper(71, 72, "bwrap --unshare-all --hostname web --bind /r / --proc /proc sleep 100");
  tree.add_keeper(80, 81, "/usr/bin/bwrap --args 41 -- /app/bin/editor --hostname spoof");
  tree.add_keeper(90, 0, "bwrap --hostname none sh");
  const auto has_own_mounts = testing::Field("sign", &Candidate::sign, Sign::own_mounts);
  EXPECT_THAT(tree.find("bwrap").candidates,
              ElementsAre(AllOf(is_called({"web"}, {"71"}), is_kept_by(70, 71), has_own_mounts),
                          AllOf(is_called({}, {"81"}), is_kept_by(80, 81), has_own_mounts)));
}

TEST(Bwrap, KnowsASandboxInASandbox) {
  StateTree tree;
  tree.add_keeper(70, 71, "bwrap --hostname outer --as-pid-1 bwrap --hostname inner sh");
  tree.add_keeper(71, 72, "bwrap --hostname inner sh");
  tree.add_keeper(72, 73, "bwrap --hostname inner sh");
  EXPECT_THAT(tree.find("bwrap").candidates,
              ElementsAre(is_called({"outer"}, {"71"}), is_called({"inner"}, {"72"})));
}

TEST(Bwrap, IsSaidByTheUserWhoRunsIt) {
  StateTree tree;
  tree.add_keeper(70, 71, "bwrap --hostname web sh");
  tree.set_user(1000);
  EXPECT_THAT(tree.find("bwrap").candidates,
              ElementsAre(testing::Field("said_by", &Candidate::said_by, 1000U)));
}

/// sethostname(2) would have refused it.
TEST(Bwrap, HasNoNameThatNoHostMayHave) {
  StateTree tree;
  tree.add_keeper(70, 71, "bwrap --hostname " + std::string(65, 'a') + " sh");
  tree.add_keeper(80, 81, "bwrap --hostname " + std::string(64, 'a') + " sh");
  EXPECT_THAT(tree.find("bwrap").candidates,
              ElementsAre(is_called({}, {"71"}), is_called({std::string(64, 'a')}, {"81"})));
}

TEST(Firejail, IsAlwaysLookedFor) {
  EXPECT_THAT(StateTree().find("firejail").searched, ElementsAre("/run/firejail/name"));
}

TEST(Firejail, HasAFileForTheNameThatASandboxGot) {
  StateTree tree;
  tree.add_keeper(70, 71, "firejail --name=web sleep 100");
  tree.add("/run/firejail/name/70", "web-70\n");
  EXPECT_THAT(tree.find("firejail").candidates, ElementsAre(is_called({"web-70"}, {})));
}

}  // namespace
}  // namespace nsplay::target
