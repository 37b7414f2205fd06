// containerd, and what kubernetes has it or cri-o run.

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

constexpr const char* runc_state = R"({"init_process_pid":4711,"init_process_start":99})";

/// A container that the kubelet had containerd run, and its pod's own.
void add_pod(const StateTree& tree) {
  const std::string place = "/run/containerd/io.containerd.runtime.v2.task/k8s.io";
  tree.add(place + "/ab12/init.pid", "4711");
  tree.add(place + "/ab12/config.json",
           R"({"annotations":{"io.kubernetes.cri.container-type":"container",)"
           R"("io.kubernetes.cri.container-name":"nginx","io.kubernetes.cri.sandbox-name":"web",)"
           R"("io.kubernetes.cri.sandbox-namespace":"shop"}})");
  tree.add("/run/containerd/runc/k8s.io/ab12/state.json", runc_state);
  tree.add(place + "/cd34/init.pid", "4700");
  tree.add(place + "/cd34/config.json",
           R"({"annotations":{"io.kubernetes.cri.container-type":"sandbox",)"
           R"("io.kubernetes.cri.sandbox-name":"web"}})");
}

void add_crio_container(const StateTree& tree) {
  const std::string place = "/run/containers/storage/overlay-containers/ef56/userdata";
  tree.add(place + "/pidfile", "4711");
  tree.add(place + "/config.json",
           R"({"annotations":{"io.kubernetes.cri-o.Name":"k8s_nginx_web_shop_uid_0",)"
           R"("io.kubernetes.cri-o.ContainerType":"container","io.kubernetes.pod.name":"web",)"
           R"("io.kubernetes.pod.namespace":"shop","io.kubernetes.container.name":"nginx"}})");
  tree.add("/run/runc/ef56/state.json", runc_state);
  tree.add("/run/containers/storage/overlay-containers/77/userdata/config.json",
           R"({"annotations":{"io.container.manager":"libpod"}})");
}

TEST(Containerd, HasADirectoryForEachTask) {
  const StateTree tree;
  tree.add("/run/containerd/io.containerd.runtime.v2.task/default/web/init.pid", "4711");
  tree.add("/run/containerd/io.containerd.runtime.v2.task/default/web/config.json", "{}");
  tree.add("/run/containerd/runc/default/web/state.json", runc_state);
  EXPECT_THAT(
      tree.find("containerd").candidates,
      ElementsAre(AllOf(
          is_called({"default/web", "web"}, {"default/web", "web"}),
          is_said_by(
              "/run/containerd/io.containerd.runtime.v2.task/default/web/init.pid", 4711, 99))));
}

TEST(Containerd, DoesNotRunAsAnotherProcessThanItsRuntimeKnows) {
  const StateTree tree;
  tree.add("/run/containerd/io.containerd.runtime.v2.task/default/web/init.pid", "4711");
  tree.add("/run/containerd/runc/default/web/state.json",
           R"({"init_process_pid":4712,"init_process_start":99})");
  EXPECT_THAT(tree.find("containerd").candidates, ElementsAre(is_standing(Standing::refuted)));
}

TEST(Containerd, IsWhereItsShimsSay) {
  StateTree tree;
  tree.add_keeper(70,
                  71,
                  "/usr/bin/containerd-shim-runc-v2 -namespace ns -id web -address "
                  "/srv/state/containerd.sock");
  tree.add("/srv/state/io.containerd.runtime.v2.task/ns/web/init.pid", "71");
  EXPECT_THAT(
      tree.find("containerd").candidates,
      ElementsAre(
          is_said_by("/srv/state/io.containerd.runtime.v2.task/ns/web/init.pid", 71, std::nullopt),
          AllOf(is_called({"ns/web", "web"}, {"ns/web", "web"}), is_kept_by(70, 71))));
}

/// A pod's shim has its containers and the pod's own.
TEST(Containerd, TellsTheContainersOfAPodByTheirCgroups) {
  StateTree tree;
  const std::string pod(64, 'a');
  const std::string other(64, 'b');
  tree.add_keeper(70, 0, "containerd-shim-runc-v2 -namespace k8s.io -id " + pod);
  tree.add_kept({71, pod});
  tree.add_kept({72, other});
  tree.add_kept({73, {}});
  EXPECT_THAT(tree.find("containerd").candidates,
              ElementsAre(AllOf(is_called({"k8s.io/" + pod, pod}, {"k8s.io/" + pod, pod}),
                                is_kept_by(70, 71)),
                          AllOf(is_called({"k8s.io/" + other, other}, {"k8s.io/" + other, other}),
                                is_kept_by(70, 72))));
}

TEST(Kubernetes, HasContainersInPods) {
  const StateTree tree;
  add_pod(tree);
  EXPECT_THAT(
      tree.find("k8s").candidates,
      ElementsAre(AllOf(
          is_called({"shop/web/nginx", "web/nginx", "shop/web", "web"}, {"ab12"}),
          is_said_by(
              "/run/containerd/io.containerd.runtime.v2.task/k8s.io/ab12/init.pid", 4711, 99))));
}

TEST(Kubernetes, HasContainersOfCrio) {
  const StateTree tree;
  add_crio_container(tree);
  EXPECT_THAT(tree.find("k8s").candidates,
              ElementsAre(is_called({"shop/web/nginx", "web/nginx", "shop/web", "web"}, {"ef56"})));
}

TEST(Crio, HasItsContainersByTheirConmon) {
  StateTree tree;
  tree.add_keeper(70,
                  71,
                  "/usr/bin/conmon -b /run/containers/storage/overlay-containers/ef56/userdata "
                  "-c ef56 --exit-dir /var/run/crio/exits -n k8s_nginx_web_shop_uid_0 -s -u ef56");
  tree.add_keeper(80, 81, "/usr/bin/conmon -c ab12 -n own --exit-dir /run/libpod/exits");
  EXPECT_THAT(
      tree.find("crio").candidates,
      ElementsAre(AllOf(is_called({"k8s_nginx_web_shop_uid_0"}, {"ef56"}), is_kept_by(70, 71))));
}

TEST(Crio, HasItsContainersBesidePodmans) {
  const StateTree tree;
  add_crio_container(tree);
  EXPECT_THAT(tree.find("cri-o").candidates,
              ElementsAre(AllOf(is_called({"k8s_nginx_web_shop_uid_0"}, {"ef56"}),
                                is_said_by("/run/runc/ef56/state.json", 4711, 99))));
  EXPECT_THAT(tree.find("podman").candidates, IsEmpty());
}

}  // namespace
}  // namespace nsplay::target
