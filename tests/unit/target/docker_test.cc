#include <unistd.h>

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
using testing::SizeIs;

constexpr const char* running =
    R"({"ID":"ab12","Name":"/web","State":{"Running":true,"Pid":4711},"Config":{}})";

TEST(Docker, HasAFileForEachContainer) {
  const StateTree tree;
  tree.add("/var/lib/docker/containers/ab12/config.v2.json", running);
  tree.add("/run/docker/runtime-runc/moby/ab12/state.json",
           R"({"init_process_pid":4711,"init_process_start":99})");
  tree.add("/var/lib/docker/containers/cd34/config.v2.json",
           R"({"ID":"cd34","Name":"/db","State":{"Running":false,"Pid":7}})");
  EXPECT_THAT(
      tree.find("docker").candidates,
      ElementsAre(
          AllOf(is_called({"web"}, {"ab12"}),
                is_said_by("/var/lib/docker/containers/ab12/config.v2.json", 4711, 99)),
          AllOf(is_called({"db"}, {"cd34"}),
                is_said_by("/var/lib/docker/containers/cd34/config.v2.json", 0, std::nullopt))));
}

TEST(Docker, KeepsThoseOfMappedIdsApart) {
  const StateTree tree;
  tree.add("/var/lib/docker/100000.100000/containers/ab12/config.v2.json", running);
  EXPECT_THAT(tree.find("docker").candidates, ElementsAre(is_called({"web"}, {"ab12"})));
}

TEST(Docker, IsWhereItsDaemonWasToldToBe) {
  StateTree tree;
  tree.add_keeper(60, 0, "/usr/sbin/dockerd --data-root /srv/docker --exec-root=/srv/run");
  tree.add("/srv/docker/containers/ab12/config.v2.json", running);
  tree.add("/srv/run/runtime-runc/moby/ab12/state.json",
           R"({"init_process_pid":4711,"init_process_start":99})");
  EXPECT_THAT(tree.find("docker").candidates,
              ElementsAre(is_said_by("/srv/docker/containers/ab12/config.v2.json", 4711, 99)));
}

TEST(Docker, DoesNotRunAsAnotherProcessThanItsRuntimeKnows) {
  const StateTree tree;
  tree.add("/var/lib/docker/containers/ab12/config.v2.json", running);
  tree.add("/run/docker/runtime-runc/moby/ab12/state.json",
           R"({"init_process_pid":4712,"init_process_start":99})");
  EXPECT_THAT(tree.find("docker").candidates, ElementsAre(is_standing(Standing::refuted)));
}

TEST(Docker, BelievesNoFileThatOthersMayWrite) {
  const StateTree tree;
  const std::string place = "/var/lib/docker/containers";
  tree.add(place + "/ab12/config.v2.json", running);
  for (const std::string& path : {place, place + "/ab12", place + "/ab12/config.v2.json"}) {
    tree.allow(path, 0777);
    const Findings findings = tree.find("docker");
    EXPECT_THAT(findings.candidates, testing::IsEmpty()) << path;
    ASSERT_THAT(findings.broken, SizeIs(1)) << path;
    EXPECT_EQ(findings.broken[0].message(), path + " may be written by others: it is not believed");
    tree.allow(path, 0700);
  }
  EXPECT_THAT(tree.find("docker").candidates, SizeIs(1));
}

TEST(Docker, BelievesNoStrangersGroupAndNoStrangerByRoot) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root: gives a file away";
  }
  const StateTree tree;
  const std::string file = "/var/lib/docker/containers/ab12/config.v2.json";
  tree.add(file, running);
  tree.allow(file, 0660);
  EXPECT_THAT(tree.find("docker").candidates, SizeIs(1));
  tree.give(file, 0, 65534);
  EXPECT_THAT(tree.find("docker").candidates, testing::IsEmpty());
  tree.allow(file, 0640);
  EXPECT_THAT(tree.find("docker").candidates, SizeIs(1));
  tree.give(file, 65534, 0);
  EXPECT_THAT(tree.find("docker").candidates, testing::IsEmpty());
}

TEST(Docker, ReadsNoFileThatIsTooLarge) {
  const StateTree tree;
  tree.add("/var/lib/docker/containers/ab12/config.v2.json", std::string(1025UL * 1024, ' '));
  const Findings findings = tree.find("docker");
  ASSERT_THAT(findings.broken, SizeIs(1));
  EXPECT_EQ(findings.broken[0].message(),
            "read /var/lib/docker/containers/ab12/config.v2.json: File too large");
}

TEST(Docker, TellsIdsToEverybody) {
  StateTree tree;
  tree.add_keeper(70, 71, "/usr/bin/containerd-shim-runc-v2 -namespace moby -id ab12 -address /s");
  tree.add_keeper(80, 81, "/usr/bin/containerd-shim-runc-v2 -namespace default -id x -address /s");
  EXPECT_THAT(tree.find("docker").candidates,
              ElementsAre(AllOf(is_called({}, {"ab12"}), is_kept_by(70, 71))));
}

TEST(Docker, SaysWhatIsBroken) {
  const StateTree tree;
  tree.add("/var/lib/docker/containers/ab12/config.v2.json", "[]");
  const Findings findings = tree.find("docker");
  ASSERT_THAT(findings.broken, SizeIs(1));
  EXPECT_EQ(findings.broken[0].message(),
            "/var/lib/docker/containers/ab12/config.v2.json: is not a configuration of docker");
}

}  // namespace
}  // namespace nsplay::target
