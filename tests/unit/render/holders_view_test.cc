#include "nsplay/render/holders_view.h"

#include <cerrno>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nsplay::test {
namespace {

using Json = nlohmann::json;
using ns::HolderType;
using ns::Kind;

ops::NamespaceHolder of_process(HolderType type, pid_t tid, int descriptor) {
  ops::NamespaceHolder holder;
  holder.holder = {type, 4711, tid, descriptor, {}, {}};
  holder.process = ops::ListedProcess{4711, 1, "sleep \x1b[31m100", 0, "root"};
  holder.release = "kill 4711";
  return holder;
}

ops::NamespaceHolder of_mount(const std::string& path) {
  ops::NamespaceHolder holder;
  holder.holder.type = HolderType::mount;
  holder.holder.path = path;
  holder.release = "umount it";
  return holder;
}

ops::NamespaceHolder of_namespace(HolderType type, Kind kind) {
  ops::NamespaceHolder holder;
  holder.holder.type = type;
  holder.relative = ns::NamespaceRef{kind, 4026532180, 7};
  holder.release = "nsplay holders it";
  return holder;
}

ops::HoldersReport report_with(ops::HeldNamespace held) {
  ops::HoldersReport report;
  report.target = "4711";
  report.namespaces.push_back(std::move(held));
  return report;
}

ops::HeldNamespace every_type() {
  ops::HeldNamespace held;
  held.ref = {Kind::pid, 4026532178, 5};
  held.holders = {of_process(HolderType::process, 4711, -1),
                  of_process(HolderType::thread, 4712, -1),
                  of_process(HolderType::pending, 4711, -1),
                  of_process(HolderType::descriptor, 4711, 5),
                  of_mount("/run/a\nb"),
                  of_mount("/run/b"),
                  of_namespace(HolderType::child, Kind::pid)};
  held.holders[5].relative = ns::NamespaceRef{Kind::mnt, 4026532179, {}};
  return held;
}

TEST(HoldersText, HasALineForEach) {
  EXPECT_EQ(render::holders_text(report_with(every_type()), {}),
            "HOLDER                            USER  NEXT-STEP          COMMAND\n"
            "4711                              root  kill 4711          sleep \\x1b[31m100\n"
            "4711/4712                         root  kill 4711          sleep \\x1b[31m100\n"
            "4711 pid_for_children             root  kill 4711          sleep \\x1b[31m100\n"
            "4711:5                            root  kill 4711          sleep \\x1b[31m100\n"
            "mount /run/a\\nb                         umount it\n"
            "mount /run/b in mnt:[4026532179]        umount it\n"
            "child pid:[4026532180]                  nsplay holders it\n");
}

TEST(HoldersText, HasTheContainersOfProcesses) {
  ops::HeldNamespace held;
  held.ref = {Kind::net, 4026532178, {}};
  held.holders = {of_process(HolderType::process, 4711, -1), of_mount("/run/b")};
  held.holders[0].process->container = target::Container{"podman", "w\x1b", ""};
  EXPECT_EQ(render::holders_text(report_with(held), {}),
            "HOLDER        USER  NEXT-STEP  CONTAINER     COMMAND\n"
            "4711          root  kill 4711  podman:w\\x1b  sleep \\x1b[31m100\n"
            "mount /run/b        umount it\n");
}

TEST(HoldersText, OfSeveralNamespacesSaysWhich) {
  ops::HoldersReport report = report_with({{Kind::net, 4026532178, {}},
                                           {of_process(HolderType::socket, 4711, 5)},
                                           ops::Survival::held});
  report.namespaces.push_back({{Kind::uts, 4026532179, {}}, {}, ops::Survival::gone});
  EXPECT_EQ(render::holders_text(report, {.heading = render::Heading::no}),
            "net:[4026532178]  4711:5                     root  kill 4711  sleep \\x1b[31m100\n"
            "uts:[4026532179]  nothing holds it any more\n");
}

TEST(HoldersText, SaysThatAHolderIsNotVisible) {
  ops::HeldNamespace held;
  held.ref = {Kind::mnt, 4026532178, {}};
  held.survival = ops::Survival::hidden;
  EXPECT_EQ(render::holders_text(report_with(held), {.heading = render::Heading::no}),
            "alive, holder not visible\n");
  held.survival = ops::Survival::unknown;
  EXPECT_EQ(render::holders_text(report_with(held), {.heading = render::Heading::no}),
            "no holder is visible; whether there is one cannot be told\n");
}

TEST(HoldersText, CutsCommandsToTheWidth) {
  const std::string text = render::holders_text(
      report_with({{Kind::net, 1, {}}, {of_process(HolderType::process, 4711, -1)}, {}}),
      {.heading = render::Heading::no, .width = 36});
  EXPECT_LE(text.size(), 39U) << text;
  EXPECT_THAT(text, testing::StartsWith("4711  root  kill 4711  sleep"));
}

TEST(HoldersText, CutsHoldersAndCommandsOfReleaseToTheWidth) {
  ops::NamespaceHolder mount = of_mount("/run/" + std::string(60, 'a'));
  mount.release = "umount " + mount.holder.path;
  const auto report = report_with({{Kind::net, 1, {}}, {mount}, {}});
  EXPECT_EQ(render::holders_text(report, {.heading = render::Heading::no, .width = 40}),
            "mount /run/aaaaaaaaaaaaaa\u2026    umount \u2026\n");
  EXPECT_THAT(render::holders_text(report, {.heading = render::Heading::no}),
              testing::EndsWith(mount.release + "\n"));
}

TEST(HoldersJson, HasEverything) {
  const Json json = Json::parse(render::holders_json(report_with(every_type())));
  EXPECT_EQ(json.at("schema"), "nsplay.holders/1");
  EXPECT_EQ(json.at("target"), "4711");
  const Json& held = json.at("namespaces").at(0);
  EXPECT_EQ(held.at("inode"), 4026532178);
  EXPECT_EQ(held.at("state"), "held");
  const Json& holders = held.at("holders");
  ASSERT_EQ(holders.size(), 7U);
  EXPECT_EQ(holders[1].at("type"), "thread");
  EXPECT_EQ(holders[1].at("tid"), 4712);
  EXPECT_EQ(holders[3].at("fd"), 5);
  EXPECT_EQ(holders[3].at("process").at("user"), "root");
  EXPECT_EQ(holders[4].at("path"), "/run/a\nb");
  EXPECT_TRUE(holders[4].at("pid").is_null());
  EXPECT_TRUE(holders[4].at("namespace").is_null());
  EXPECT_EQ(holders[5].at("namespace").at("kind"), "mnt");
  EXPECT_EQ(holders[6].at("type"), "child");
}

TEST(HoldersJson, OfAFailureHasTheError) {
  const Json json = Json::parse(render::holders_failure_json("web", Error::of(ESRCH, "no", "")));
  EXPECT_TRUE(json.at("namespaces").is_null());
  EXPECT_EQ(json.at("error").at("errno"), "ESRCH");
}

}  // namespace
}  // namespace nsplay::test
