#include "nsplay/render/ps_view.h"

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace nsplay::render {
namespace {

using nlohmann::ordered_json;
using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

std::string podman_id() {
  std::string id(64, 'a');
  return id;
}

ops::ListedProcess init_of(pid_t pid, uid_t uid) {
  ops::ListedProcess process;
  process.pid = pid;
  process.uid = uid;
  process.command = "sleep 200";
  return process;
}

/// Two containers of which the second has the first one's network, and one that is kept from the
/// caller.
ops::PsReport three() {
  ops::PsReport report;
  const ops::NamespaceUse first = {
      KindSet{Kind::mnt, Kind::pid},
      {{Kind::cgroup, true, {}}, {Kind::net, false, {1}}, {Kind::user, true, {}}}};
  const ops::NamespaceUse second = {
      KindSet{Kind::mnt},
      {{Kind::net, false, {0}}, {Kind::pid, true, {}}, {Kind::uts, false, {0}}}};
  report.containers.push_back({{"podman", "web", podman_id()}, init_of(4711, 1000), first});
  report.containers.push_back({{"play", "db", ""}, init_of(12, 0), second});
  report.containers.push_back({{"docker", "", podman_id()},
                               init_of(4712, 0),
                               fail(Error::of(EACCES, "stat", "/proc/4712/ns/net"))});
  report.containers[1].process.user = "root";
  return report;
}

TEST(PsText, HasALinePerContainer) {
  EXPECT_EQ(
      ps_text(three()),
      "ENGINE  NAME  ID             PID  USER  OWN      SHARED\n"
      "podman  web   aaaaaaaaaaaa  4711  1000  mnt,pid  cgroup,user with host; net with play:db\n"
      "play    db                    12  root  mnt      net,uts with podman:web; pid with host\n"
      "docker        aaaaaaaaaaaa  4712  0     ?        ?\n");
}

TEST(PsText, HasTheHeadingAloneWhereNothingRuns) {
  EXPECT_EQ(ps_text({}), "ENGINE  NAME  ID  PID  USER  OWN  SHARED\n");
}

TEST(PsText, IsHarmlessWhateverAContainerIsCalled) {
  ops::PsReport report = three();
  report.containers[0].container.name = "w\x1b[2J\n";
  report.containers[0].container.id = "\x9b";
  const std::string text = ps_text(report);
  EXPECT_THAT(text, HasSubstr("podman  w\\x1b[2J\\n  \\x9b "));
  EXPECT_THAT(text, HasSubstr("net,uts with podman:w\\x1b[2J\\n; "));
}

TEST(PsJson, HasEverything) {
  const auto json = ordered_json::parse(ps_json(three()));
  EXPECT_EQ(json["schema"], "nsplay.ps/1");
  ASSERT_EQ(json["containers"].size(), 3U);
  EXPECT_EQ(json["containers"][1], ordered_json::parse(R"json(
      {"engine": "play", "name": "db", "id": null, "pid": 12, "uid": 0, "user": "root",
       "command": "sleep 200", "own": ["mnt"],
       "shared": [{"kind": "net", "with": ["podman:web"]}, {"kind": "pid", "with": ["host"]},
                  {"kind": "uts", "with": ["podman:web"]}]})json"));
  EXPECT_EQ(json["containers"][0]["id"], podman_id());
  const auto& kept = json["containers"][2];
  EXPECT_TRUE(kept["own"].is_null());
  EXPECT_TRUE(kept["shared"].is_null());
  EXPECT_EQ(kept["error"]["errno"], "EACCES");
  EXPECT_EQ(json["unreadable"], ordered_json::array());
  EXPECT_EQ(json["broken"], ordered_json::array());
}

TEST(PsJson, SaysWhatIsMissing) {
  ops::PsReport report;
  report.unreadable = {"/run/containerd"};
  report.broken = {Error::of(EMFILE, "pidfd_open", "71")};
  const auto json = ordered_json::parse(ps_json(report));
  EXPECT_EQ(json["unreadable"], ordered_json::array({"/run/containerd"}));
  EXPECT_EQ(json["broken"][0]["errno"], "EMFILE");
}

/// A name that means both would be refused.
TEST(PsText, TellsThoseOfOneNameApart) {
  ops::PsReport report = three();
  report.containers.push_back(report.containers.front());
  report.containers.back().container.id = std::string(64, 'f');
  EXPECT_THAT(ps_text(report),
              testing::HasSubstr("with podman:" + std::string(podman_id(), 0, 12)));
}

TEST(PsJson, OfAFailureHasTheError) {
  const auto json = ordered_json::parse(ps_failure_json(Error::of(EACCES, "open", "/proc")));
  EXPECT_TRUE(json["containers"].is_null());
  EXPECT_EQ(json["error"]["errno"], "EACCES");
}

}  // namespace
}  // namespace nsplay::render
