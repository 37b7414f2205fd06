// Which container a process is in, on machines that are recorded as their engines' files and a few
// processes.

#include "nsplay/target/attribution.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "target/state_tree.h"

namespace nsplay::target {

/// GoogleTest would show it byte by byte.
// NOLINTNEXTLINE(readability-identifier-naming): the name that GoogleTest looks for
inline void PrintTo(const Container& container, std::ostream* out) {
  *out << container.engine << " name " << container.name << " id " << container.id;
}

namespace {

using test::StateTree;
using testing::Eq;
using testing::Optional;

std::string an_id() {
  std::string id(64, 'a');
  return id;
}

std::string other_id() {
  std::string id(64, 'b');
  return id;
}

struct Relative {
  pid_t parent = 0;
  std::string cgroups;
  pid_t init = 0;
};

/// Processes that nobody runs.
class Family final : public Kinship {
 public:
  void add(pid_t pid, pid_t parent, const std::string& cgroup = "/", pid_t init = 0) {
    relatives_[pid] = {parent, "0::" + cgroup + "\n", init};
  }
  void set_cgroups(pid_t pid, const std::string& text) { relatives_[pid].cgroups = text; }

  pid_t parent_of(pid_t pid) override { return relatives_[pid].parent; }
  const std::string& cgroups_of(pid_t pid) override { return relatives_[pid].cgroups; }
  pid_t init_for(pid_t pid) override { return relatives_[pid].init; }

 private:
  std::map<pid_t, Relative> relatives_;
};

/// A machine and its processes.
struct Scene {
  StateTree tree;
  Family family;
  std::map<pid_t, Container> plays;
  std::set<pid_t> dead;

  std::optional<Container> container_of(pid_t pid) {
    Attribution attribution(family,
                            {ask_all_engines(tree.machine()), plays, [this](const Candidate& one) {
                               return one.pid != 0 && !dead.contains(one.pid);
                             }});
    return attribution.of(pid);
  }
};

auto is_container(std::string_view engine, const std::string& name, const std::string& id) {
  return Optional(Eq(Container{engine, name, id}));
}

void add_docker(const StateTree& tree, const std::string& id, const std::string& name, int pid) {
  tree.add("/var/lib/docker/containers/" + id + "/config.v2.json",
           R"({"ID":")" + id + R"(","Name":"/)" + name + R"(","State":{"Running":true,"Pid":)" +
               std::to_string(pid) + "}}");
}

TEST(Attribution, GivesWhatComesFromAnInit) {
  Scene scene;
  add_docker(scene.tree, an_id(), "web", 71);
  scene.family.add(71, 70);
  scene.family.add(72, 71);
  scene.family.add(73, 72);
  scene.family.add(70, 1);
  for (const pid_t pid : {71, 72, 73}) {
    EXPECT_THAT(scene.container_of(pid), is_container("docker", "web", an_id())) << pid;
  }
  for (const pid_t pid : {70, 1, 4711}) {
    EXPECT_EQ(scene.container_of(pid), std::nullopt) << pid;
  }
}

/// As after docker exec(1) from a parent that is not in the container.
TEST(Attribution, GivesWhatIsInTheCgroupOfAContainer) {
  for (const std::string& cgroup :
       {"/docker/" + an_id(), "/system.slice/docker-" + an_id() + ".scope"}) {
    Scene scene;
    add_docker(scene.tree, an_id(), "web", 71);
    scene.family.add(71, 70, cgroup);
    scene.family.add(80, 1, cgroup);
    scene.family.add(81, 1, cgroup + "/below");
    EXPECT_THAT(scene.container_of(80), is_container("docker", "web", an_id())) << cgroup;
    EXPECT_THAT(scene.container_of(81), is_container("docker", "web", an_id())) << cgroup;
  }
}

TEST(Attribution, LooksAtEveryHierarchyOfCgroupV1) {
  Scene scene;
  scene.tree.add("/run/runc/web/state.json", R"({"init_process_pid":71,"init_process_start":5})");
  const std::string cgroups = "9:memory:/user/web\n4:name=systemd:/web\n1:cpuset:/\n0::/\n";
  scene.family.add(71, 1);
  scene.family.set_cgroups(71, cgroups);
  scene.family.add(80, 1);
  scene.family.set_cgroups(80, "4:name=systemd:/web/below\n1:cpuset:/\n0::/\n");
  EXPECT_THAT(scene.container_of(80), is_container("runc", "web", "web"));
  // The same word elsewhere is somebody else's.
  scene.family.set_cgroups(80, "9:memory:/web\n4:name=systemd:/other/web\n0::/web\n");
  EXPECT_EQ(scene.container_of(80), std::nullopt);
}

TEST(Attribution, GivesWhatIsInThePidNamespaceOfAContainer) {
  Scene scene;
  scene.tree.add_keeper(70, 71, "[lxc monitor] /var/lib/lxc web");
  scene.family.add(70, 1);
  scene.family.add(71, 70);
  scene.family.add(80, 4711, "/", 71);
  EXPECT_THAT(scene.container_of(80), is_container("lxc", "web", ""));
}

TEST(Attribution, IsOfTheFirstEngineThatKnowsAProcess) {
  Scene scene;
  add_docker(scene.tree, an_id(), "web", 71);
  scene.tree.add_keeper(70, 71, "containerd-shim-runc-v2 -namespace moby -id " + an_id());
  scene.tree.add("/run/runc/" + an_id() + "/state.json",
                 R"({"init_process_pid":71,"init_process_start":5})");
  scene.family.add(71, 70, "/docker/" + an_id());
  EXPECT_THAT(scene.container_of(71), is_container("docker", "web", an_id()));
}

TEST(Attribution, HasTheNamesThatKeepersSay) {
  const std::string conmon = "conmon -c " + an_id() + " -n web";
  const std::string shim_of_docker = "containerd-shim-runc-v2 -namespace moby -id " + an_id();
  const struct {
    std::string line;
    Container container;
  } cases[] = {
      {conmon, {"podman", "web", an_id()}},
      {shim_of_docker, {"docker", "", an_id()}},
      {"containerd-shim-runc-v2 -namespace default -id web", {"containerd", "default/web", "web"}},
      {"[lxc monitor] /var/lib/lxc web", {"lxc", "web", ""}},
      {"systemd-nspawn -M web", {"nspawn", "web", ""}},
      {"firejail --name=web", {"firejail", "web", ""}},
      {"bwrap --hostname web sh", {"bwrap", "web", "71"}},
      {"bwrap --unshare-all sh", {"bwrap", "", "71"}},
  };
  for (const auto& [line, container] : cases) {
    Scene scene;
    scene.tree.add_keeper(70, 71, line);
    scene.family.add(71, 70);
    scene.family.add(72, 71);
    EXPECT_THAT(scene.container_of(72), Optional(Eq(container))) << line;
  }
}

TEST(Attribution, HasTheNamesOfKubernetes) {
  Scene scene;
  const std::string bundle = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" + an_id();
  scene.tree.add(bundle + "/init.pid", "71");
  scene.tree.add(bundle + "/config.json",
                 R"({"annotations":{"io.kubernetes.cri.container-type":"container",
                     "io.kubernetes.cri.container-name":"main",
                     "io.kubernetes.cri.sandbox-name":"web",
                     "io.kubernetes.cri.sandbox-namespace":"tests"}})");
  const std::string cgroup =
      "/kubepods.slice/kubepods-pod7c2b.slice/cri-containerd-" + an_id() + ".scope";
  scene.family.add(71, 70, cgroup);
  scene.family.add(80, 1, cgroup);
  EXPECT_THAT(scene.container_of(80), is_container("k8s", "tests/web/main", an_id()));
}

TEST(Attribution, HasTheNamesOfCrio) {
  Scene scene;
  const std::string data = "/run/containers/storage/overlay-containers/" + an_id() + "/userdata";
  scene.tree.add(data + "/pidfile", "71");
  scene.tree.add(data + "/config.json",
                 R"({"annotations":{"io.kubernetes.cri-o.Name":"k8s_main_web"}})");
  scene.family.add(71, 70, "/kubepods/pod7c2b/crio-" + an_id());
  scene.family.add(80, 1, "/kubepods/pod7c2b/crio-" + an_id());
  EXPECT_THAT(scene.container_of(80), is_container("crio", "k8s_main_web", an_id()));
}

/// As the kubelet has it with systemd and nothing but cgroup v2: containerd's shim keeps the pod's
/// own container and the other one.
TEST(Attribution, HasTheNamesOfKubernetesInSystemdsScopes) {
  Scene scene;
  const std::string task = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/";
  const std::string runc = "/run/containerd/runc/k8s.io/";
  const std::string pod =
      R"("io.kubernetes.cri.sandbox-id":")" + other_id() +
      R"(","io.kubernetes.cri.sandbox-name":"web-0","io.kubernetes.cri.sandbox-namespace":"shop",)"
      R"("io.kubernetes.cri.sandbox-uid":"7c2b1e9a-0d3f-4a55-9a2e-5b1f7c8d9e00")";
  scene.tree.add(task + an_id() + "/init.pid", "72");
  scene.tree.add(task + an_id() + "/config.json",
                 R"({"ociVersion":"1.1.0","process":{"args":["nginx"]},"annotations":{)"
                 R"("io.kubernetes.cri.container-name":"nginx",)"
                 R"("io.kubernetes.cri.container-type":"container",)" +
                     pod +
                     R"(},"linux":{"cgroupsPath":"kubepods-burstable-pod7c2b.slice:)"
                     R"(cri-containerd:)" +
                     an_id() + R"("}})");
  scene.tree.add(runc + an_id() + "/state.json",
                 R"({"id":")" + an_id() +
                     R"(","init_process_pid":72,"init_process_start":5,)"
                     R"("config":{"labels":["io.kubernetes.cri.container-name=nginx"]}})");
  scene.tree.add(task + other_id() + "/init.pid", "71");
  scene.tree.add(task + other_id() + "/config.json",
                 R"({"annotations":{"io.kubernetes.cri.container-type":"sandbox",)" + pod + "}}");
  scene.tree.add_keeper(70,
                        0,
                        "/usr/bin/containerd-shim-runc-v2 -namespace k8s.io -id " + other_id() +
                            " -address /run/containerd/containerd.sock");
  scene.tree.add_kept({71, other_id()});
  scene.tree.add_kept({72, an_id()});
  const std::string slice =
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod7c2b.slice";
  scene.family.add(70, 1, "/system.slice/containerd.service");
  scene.family.add(71, 70, slice + "/cri-containerd-" + other_id() + ".scope");
  scene.family.add(72, 70, slice + "/cri-containerd-" + an_id() + ".scope");
  scene.family.add(80, 1, slice + "/cri-containerd-" + an_id() + ".scope");
  EXPECT_THAT(scene.container_of(72), is_container("k8s", "shop/web-0/nginx", an_id()));
  EXPECT_THAT(scene.container_of(80), is_container("k8s", "shop/web-0/nginx", an_id()));
  EXPECT_THAT(scene.container_of(71),
              is_container("containerd", "k8s.io/" + other_id(), other_id()));
  EXPECT_EQ(scene.container_of(70), std::nullopt);
}

TEST(Attribution, HasTheNamesOfCrioInSystemdsScopes) {
  Scene scene;
  const std::string data = "/run/containers/storage/overlay-containers/" + an_id() + "/userdata";
  const std::string name = "k8s_nginx_web-0_shop_7c2b1e9a-0d3f-4a55-9a2e-5b1f7c8d9e00_0";
  scene.tree.add(data + "/pidfile", "71");
  scene.tree.add(
      data + "/config.json",
      R"({"ociVersion":"1.0.2-dev","annotations":{"io.container.manager":"cri-o",)"
      R"("io.kubernetes.container.name":"nginx","io.kubernetes.cri-o.ContainerID":")" +
          an_id() +
          R"(","io.kubernetes.cri-o.ContainerType":"container",)"
          R"("io.kubernetes.cri-o.Name":")" +
          name + R"(","io.kubernetes.pod.name":"web-0","io.kubernetes.pod.namespace":"shop"}})");
  scene.tree.add("/run/runc/" + an_id() + "/state.json",
                 R"({"init_process_pid":71,"init_process_start":5})");
  scene.tree.add_keeper(70,
                        71,
                        "/usr/bin/conmon -b " + data + " -c " + an_id() +
                            " --exit-dir /var/run/crio/exits -l /var/log/pods/0.log --log-level "
                            "info -n " +
                            name + " -P " + data + "/conmon-pidfile -p " + data +
                            "/pidfile --persist-dir /var/lib/containers/storage/overlay-containers/"
                            "x/userdata -r /usr/bin/runc --runtime-arg --root=/run/runc "
                            "--socket-dir-path /var/run/crio -u " +
                            an_id() + " -s");
  const std::string slice =
      "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod7c2b.slice";
  scene.family.add(70, 1, slice + "/crio-conmon-" + an_id() + ".scope");
  scene.family.add(71, 70, slice + "/crio-" + an_id() + ".scope");
  scene.family.add(80, 1, slice + "/crio-" + an_id() + ".scope");
  EXPECT_THAT(scene.container_of(80), is_container("k8s", "shop/web-0/nginx", an_id()));
  EXPECT_EQ(scene.container_of(70), std::nullopt);
  EXPECT_THAT(scene.tree.find("crio").candidates,
              testing::Each(testing::Field(&Candidate::names, testing::ElementsAre(name))));
}

/// The state of an engine may be kept from the caller, and anybody may make such a cgroup.
TEST(Attribution, ByTheCgroupAloneHasNoName) {
  Scene scene;
  scene.family.add(80, 1, "/system.slice/docker-" + an_id() + ".scope");
  EXPECT_THAT(scene.container_of(80), is_container("docker", "", an_id()));
  // A name says nothing more of it than that somebody has called a cgroup so.
  scene.family.add(81, 1, "/lxc.payload.web");
  EXPECT_EQ(scene.container_of(81), std::nullopt);
  scene.family.add(82, 1, "/user.slice/web");
  EXPECT_EQ(scene.container_of(82), std::nullopt);
}

/// Whoever calls his container like a cgroup of everybody's does not get everybody into it.
TEST(Attribution, DoesNotTakeACommonCgroupForAContainers) {
  Scene scene;
  scene.tree.add_keeper(70, 71, "firejail --name=user.slice");
  scene.family.add(71, 70, "/user.slice/a");
  scene.family.add(80, 1, "/user.slice/b");
  EXPECT_THAT(scene.container_of(71), is_container("firejail", "user.slice", ""));
  EXPECT_EQ(scene.container_of(80), std::nullopt);
}

TEST(Attribution, DoesNotBelieveACgroupThatIsOnlyCalledLikeAContainers) {
  Scene scene;
  add_docker(scene.tree, an_id(), "web", 71);
  scene.family.add(71, 70, "/docker/" + an_id());
  scene.family.add(80, 1, "/user.slice/docker/" + an_id());
  EXPECT_THAT(scene.container_of(80), is_container("docker", "", an_id()));
  scene.family.add(81, 1, "/docker/" + an_id());
  scene.dead = {71};
  EXPECT_THAT(scene.container_of(81), is_container("docker", "", an_id()));
}

TEST(Attribution, TellsAContainerInsideAnother) {
  Scene scene;
  add_docker(scene.tree, an_id(), "outer", 71);
  scene.tree.add_keeper(75, 76, "firejail --name=inner");
  scene.family.add(71, 70, "/docker/" + an_id());
  scene.family.add(75, 71, "/docker/" + an_id());
  scene.family.add(76, 75, "/docker/" + an_id());
  EXPECT_THAT(scene.container_of(76), is_container("firejail", "inner", ""));
  EXPECT_THAT(scene.container_of(75), is_container("docker", "outer", an_id()));
}

/// An orphan of a pod's container comes to the init of the pid namespace, which may be another's.
TEST(Attribution, BelievesTheCgroupOfAnOrphan) {
  Scene scene;
  add_docker(scene.tree, an_id(), "first", 71);
  add_docker(scene.tree, other_id(), "second", 76);
  scene.family.add(71, 70, "/docker/" + an_id());
  scene.family.add(76, 75, "/docker/" + other_id());
  scene.family.add(80, 71, "/docker/" + other_id(), 71);
  EXPECT_THAT(scene.container_of(80), is_container("docker", "second", other_id()));
}

TEST(Attribution, KnowsPlays) {
  Scene scene;
  scene.plays = {{71, {play_engine, "web", ""}}};
  scene.family.add(71, 1);
  scene.family.add(72, 71);
  EXPECT_THAT(scene.container_of(72), is_container("play", "web", ""));
}

TEST(Attribution, ComesToAnEndWhereParentsGoAround) {
  Scene scene;
  scene.family.add(71, 72);
  scene.family.add(72, 71);
  EXPECT_EQ(scene.container_of(71), std::nullopt);
}

TEST(Container, AsATargetHasItsNameElseItsId) {
  EXPECT_EQ(target_of({"podman", "web", an_id()}), "podman:web");
  EXPECT_EQ(target_of({"docker", "", an_id()}), "docker:" + an_id().substr(0, 12));
  EXPECT_EQ(target_of({"runc", "", "short"}), "runc:short");
}

}  // namespace
}  // namespace nsplay::target
