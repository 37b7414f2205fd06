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
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* graph = "/var/lib/containers/storage/overlay-containers";
constexpr const char* run = "/run/containers/storage/overlay-containers";
constexpr const char* web = R"([{"id":"ab12","names":["web"],"metadata":"{}"}])";

TEST(Podman, KnowsContainersByTheirConmon) {
  StateTree tree;
  tree.add_keeper(
      70, 71, "/usr/bin/conmon --api-version 1 -c ab12 -u ab12 -r /usr/bin/crun -n web");
  tree.add_keeper(80, 81, "/usr/bin/conmon -c ab12 -r /usr/bin/crun -e --exec-process-spec /p");
  tree.add_keeper(90, 91, "/usr/bin/conmon -c cd34 -n k8s_x --exit-dir /var/run/crio/exits");
  tree.add_keeper(100, 0, "/usr/bin/conmon -c ef56 -n ended");
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(AllOf(is_called({"web"}, {"ab12"}), is_kept_by(70, 71))));
}

TEST(Podman, KnowsRootsContainersByTheirFiles) {
  const StateTree tree;
  tree.add(std::string(graph) + "/containers.json", web);
  tree.add(std::string(run) + "/ab12/userdata/pidfile", "4711");
  tree.add("/run/crun/ab12/status", R"({"pid":4711,"process-start-time":99})");
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(AllOf(is_called({"web"}, {"ab12"}),
                                is_said_by("/run/crun/ab12/status", 4711, 99))));
}

TEST(Podman, KnowsAnOrdinaryUsersContainers) {
  const StateTree tree;
  tree.add("/home/.local/share/containers/storage/vfs-containers/volatile-containers.json", web);
  tree.add("/user/containers/vfs-containers/ab12/userdata/pidfile", "4711\n");
  tree.add("/user/runc/ab12/state.json", R"({"init_process_pid":4711,"init_process_start":9})");
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(is_said_by("/user/runc/ab12/state.json", 4711, 9)));
}

/// Its runtime knows better than the file, which has no start time.
TEST(Podman, BelievesTheRuntimeRatherThanItsOwnFile) {
  const StateTree tree;
  tree.add(std::string(graph) + "/containers.json", web);
  tree.add(std::string(run) + "/ab12/userdata/pidfile", "4711");
  tree.add("/run/crun/ab12/status", R"({"pid":4712,"process-start-time":99})");
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(is_said_by("/run/crun/ab12/status", 4712, 99)));
}

/// As podman-stop(1) leaves it: the pid may be another container's by now.
TEST(Podman, DoesNotRunWhereItsRuntimeHasNoStateOfIt) {
  const StateTree tree;
  tree.add(std::string(graph) + "/containers.json", web);
  tree.add(std::string(run) + "/ab12/userdata/pidfile", "4711");
  const auto pid_file = std::string(run) + "/ab12/userdata/pidfile";
  EXPECT_THAT(
      tree.find("podman").candidates,
      ElementsAre(AllOf(is_said_by(pid_file, 4711, std::nullopt), is_standing(Standing::open))));
  tree.add("/run/crun/cd34/status", R"({"pid":4712,"process-start-time":99})");
  EXPECT_THAT(
      tree.find("podman").candidates,
      ElementsAre(AllOf(is_said_by(pid_file, 4711, std::nullopt), is_standing(Standing::refuted))));
}

TEST(Podman, KnowsContainersThatDoNotRun) {
  const StateTree tree;
  tree.add(std::string(graph) + "/containers.json", web);
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(is_said_by(std::string(graph) + "/containers.json", 0, std::nullopt)));
}

TEST(Podman, BelievesNobodyElseWhoHasTheSameId) {
  StateTree tree;
  tree.add_keeper(70, 71, "conmon -c ab12 -n web");
  tree.set_user(4711);
  tree.add_keeper(80, 81, "conmon -c cd34 -n web");
  tree.set_user(4711);
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(is_standing(Standing::open), is_standing(Standing::open)));
  tree.add(std::string(graph) + "/containers.json", web);
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(AllOf(is_kept_by(70, 71), is_standing(Standing::refuted)),
                          AllOf(is_kept_by(80, 81), is_standing(Standing::open)),
                          is_standing(Standing::open)));
}

/// As podman --root and --runroot have it.
TEST(Podman, KnowsTheFilesThatAConmonNames) {
  StateTree tree;
  const std::string line =
      "conmon -c cd34 -n db -b /srv/graph/vfs-containers/cd34/userdata "
      "-p /srv/run/vfs-containers/cd34/userdata/pidfile";
  tree.add_keeper(70, 71, line);
  tree.add("/srv/graph/vfs-containers/containers.json", web);
  tree.add("/srv/run/vfs-containers/ab12/userdata/pidfile", "4711");
  EXPECT_THAT(
      tree.find("podman").candidates,
      ElementsAre(
          is_called({"db"}, {"cd34"}),
          AllOf(is_called({"web"}, {"ab12"}),
                is_said_by("/srv/run/vfs-containers/ab12/userdata/pidfile", 4711, std::nullopt))));
}

TEST(Podman, LeavesPodsOfOthersAlone) {
  const StateTree tree;
  tree.add(std::string(graph) + "/containers.json",
           R"([{"id":"ab12","names":["k8s_x"],"metadata":"{\"pod-name\":\"p\"}"}])");
  EXPECT_THAT(tree.find("podman").candidates, IsEmpty());
}

TEST(Podman, SaysWhatIsBroken) {
  const StateTree tree;
  tree.add(std::string(graph) + "/containers.json", "{\"id\":");
  const Findings findings = tree.find("podman");
  EXPECT_THAT(findings.candidates, IsEmpty());
  ASSERT_THAT(findings.broken, SizeIs(1));
  EXPECT_EQ(findings.broken[0].message(),
            std::string(graph) + "/containers.json: is not a list of containers");
}

TEST(Podman, FollowsNoLinkAndNoNameOutOfItsDirectories) {
  const StateTree tree;
  tree.add("/elsewhere/userdata/pidfile", "4711");
  tree.add("/elsewhere/containers.json", web);
  tree.add_link("/var/lib/containers/storage/vfs-containers", tree.place_of("/elsewhere"));
  tree.add(std::string(graph) + "/containers.json",
           R"([{"id":"../../../../elsewhere","names":["up"]},{"id":"link","names":["link"]}])");
  tree.add_link(std::string(run) + "/link", tree.place_of("/elsewhere"));
  EXPECT_THAT(tree.find("podman").candidates,
              ElementsAre(is_said_by(std::string(graph) + "/containers.json", 0, std::nullopt),
                          is_said_by(std::string(graph) + "/containers.json", 0, std::nullopt)));
}

}  // namespace
}  // namespace nsplay::target
