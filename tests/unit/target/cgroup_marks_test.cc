#include "nsplay/target/engines/cgroup_marks.h"

#include <string>

#include <gmock/gmock.h>

namespace nsplay::target {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

std::string marked_id() {
  std::string id(64, 'a');
  return id;
}

std::string nested_id() {
  std::string id(64, 'b');
  return id;
}

auto is_mark(std::string_view engine, const std::string& word) {
  return AllOf(Field("engine", &CgroupMark::engine, engine),
               Field("word", &CgroupMark::word, word));
}

/// The innermost component that some engine calls its cgroups like.
CgroupMark mark_in(const std::string& path) {
  for (CgroupMark& mark : marks_in(path)) {
    if (!mark.engine.empty()) {
      return mark;
    }
  }
  return {};
}

TEST(CgroupMark, IsThatOfEachEngineWithCgroupfsAndWithSystemd) {
  const struct {
    std::string path;
    std::string_view engine;
    std::string word;
  } cases[] = {
      {"/libpod_parent/libpod-" + marked_id(), "podman", marked_id()},
      {"/machine.slice/libpod-" + marked_id() + ".scope", "podman", marked_id()},
      {"/machine.slice/libpod-" + marked_id() + ".scope/container", "podman", marked_id()},
      {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + marked_id() + ".scope",
       "podman",
       marked_id()},
      {"/system.slice/web.service/libpod-payload-" + marked_id(), "podman", marked_id()},
      {"/docker/" + marked_id(), "docker", marked_id()},
      {"/system.slice/docker-" + marked_id() + ".scope", "docker", marked_id()},
      {"/kubepods/burstable/pod7c2b/crio-" + marked_id(), "crio", marked_id()},
      {"/kubepods.slice/kubepods-pod7c2b.slice/crio-" + marked_id() + ".scope",
       "crio",
       marked_id()},
      {"/kubepods.slice/kubepods-pod7c2b.slice/cri-containerd-" + marked_id() + ".scope",
       "k8s",
       marked_id()},
      {"/kubepods/besteffort/pod7c2b/" + marked_id(), "k8s", marked_id()},
      {"/lxc.payload.web", "lxc", "web"},
      {"/lxc.payload.web/init.scope", "lxc", "web"},
      {"/lxc.payload/web", "lxc", "web"},
      {"/lxc/web", "lxc", "web"},
      {"/machine.slice/machine-web.scope", "nspawn", "web"},
      {"/machine.slice/machine-my\\x2dweb.scope/payload", "nspawn", "my-web"},
      {"/machine.slice/systemd-nspawn@web.service/payload/init.scope", "nspawn", "web"},
      {"/user.slice/runc-web.scope", "runc", "web"},
      {"/user.slice/crun-web.scope", "crun", "web"},
  };
  for (const auto& [path, engine, word] : cases) {
    EXPECT_THAT(mark_in(path), is_mark(engine, word)) << path;
  }
}

TEST(CgroupMark, IsNoneOfWhatStandsBesideAContainer) {
  for (const std::string& path : {"/machine.slice/libpod-conmon-" + marked_id() + ".scope",
                                  "/libpod_parent/conmon/" + marked_id(),
                                  "/kubepods.slice/crio-conmon-" + marked_id() + ".scope",
                                  std::string("/lxc.monitor.web"),
                                  std::string("/system.slice/docker.service"),
                                  std::string("/machine.slice/machine-qemu\\x2d1\\x2dweb.scope"),
                                  "/docker/" + marked_id().substr(1),
                                  "/system.slice/docker-" + marked_id() + "g.scope",
                                  "/libpod-" + std::string(64, 'G'),
                                  std::string("/libpod-"),
                                  std::string("/machine-.scope"),
                                  std::string("/lxc.payload.")}) {
    EXPECT_THAT(mark_in(path).engine, IsEmpty()) << path;
  }
}

TEST(CgroupMark, OfAnyComponentIsTheInnermostFirst) {
  EXPECT_THAT(marks_in("/docker/" + marked_id() + "/docker/" + nested_id() + "/x"),
              ElementsAre(is_mark("", "x"),
                          is_mark("docker", nested_id()),
                          is_mark("", "docker"),
                          is_mark("docker", marked_id()),
                          is_mark("", "docker")));
}

TEST(CgroupMark, HasThePathUpToIt) {
  const auto marks = marks_in("/default/web/below");
  ASSERT_THAT(marks, SizeIs(3));
  EXPECT_EQ(marks[0].place, "/default/web/below");
  EXPECT_EQ(marks[1].place, "/default/web");
  EXPECT_EQ(marks[2].place, "/default");
}

TEST(CgroupMark, IsNoneOfTheRoot) {
  EXPECT_THAT(marks_in("/"), IsEmpty());
  EXPECT_THAT(marks_in(""), IsEmpty());
  EXPECT_THAT(marks_in("//"), IsEmpty());
  EXPECT_THAT(marks_in("/a//b/"), SizeIs(2));
  EXPECT_THAT(marks_in("web"), ElementsAre(is_mark("", "web")));
}

TEST(CgroupMark, IsWordedAsSystemdMeansIt) {
  EXPECT_EQ(mark_in("/machine-a\\x2.scope").word, "a\\x2");
  EXPECT_EQ(mark_in("/machine-a\\xzz.scope").word, "a\\xzz");
  EXPECT_EQ(mark_in("/machine-\\x1b.scope").word, "\x1b");
}

TEST(CgroupPlace, IsAtOrBelowWholeComponents) {
  EXPECT_TRUE(is_at_or_below("/docker/a", "/docker/a"));
  EXPECT_TRUE(is_at_or_below("/docker/a/b", "/docker/a"));
  EXPECT_FALSE(is_at_or_below("/docker/ab", "/docker/a"));
  EXPECT_FALSE(is_at_or_below("/docker", "/docker/a"));
}

}  // namespace
}  // namespace nsplay::target
