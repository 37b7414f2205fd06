// LXC, systemd-nspawn and firejail, whose containers are their keepers' children.

#include <gmock/gmock.h>

#include "target/candidate_matchers.h"
#include "target/state_tree.h"

namespace nsplay::target {
namespace {

using test::is_called;
using test::is_kept_by;
using test::is_said_by;
using test::StateTree;
using testing::AllOf;
using testing::ElementsAre;

TEST(Lxc, KnowsContainersByTheirMonitor) {
  StateTree tree;
  tree.add_keeper(70, 71, "[lxc monitor] /var/lib/lxc web");
  tree.add_keeper(80, 81, "lxc-start -F --name=db");
  EXPECT_THAT(tree.find("lxc").candidates,
              ElementsAre(AllOf(is_called({"web"}, {}), is_kept_by(70, 71)),
                          AllOf(is_called({"db"}, {}), is_kept_by(80, 81))));
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

TEST(Firejail, HasAFileForTheNameThatASandboxGot) {
  StateTree tree;
  tree.add_keeper(70, 71, "firejail --name=web sleep 100");
  tree.add("/run/firejail/name/70", "web-70\n");
  EXPECT_THAT(tree.find("firejail").candidates, ElementsAre(is_called({"web-70"}, {})));
}

}  // namespace
}  // namespace nsplay::target
