#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "nsplay/render/json.h"

#include "render/reports.h"

namespace nsplay::render {
namespace {

using nlohmann::ordered_json;
using test::full_report;
using test::namespace_report;
using test::unreadable_report;

ordered_json json_of(const ops::InspectReport& report) {
  return ordered_json::parse(inspect_json(report));
}

constexpr const char* error_text = R"json({
  "errno": "EACCES",
  "message": "open /proc/4711/ns/uts: Permission denied",
  "hint": "process 4711 belongs to root (uid 0) and you are ann (uid 1000)"
})json";

TEST(InspectJson, BeginsWithItsSchemaAndEndsInOneNewline) {
  const std::string text = inspect_json(full_report());
  EXPECT_THAT(text, testing::StartsWith("{\n  \"schema\": \"nsplay.inspect/1\",\n"));
  EXPECT_THAT(text, testing::EndsWith("}\n"));
  EXPECT_EQ(text.find("\n\n"), std::string::npos);
}

TEST(InspectJson, HasTheMembersOfTheSchemaInOrder) {
  std::vector<std::string> members;
  const auto json = json_of(full_report());
  for (const auto& member : json.items()) {
    members.push_back(member.key());
  }
  EXPECT_THAT(members, testing::ElementsAre("schema", "target", "namespaces", "uname"));
}

TEST(InspectJson, SaysWhoTheTargetIs) {
  EXPECT_EQ(json_of(full_report())["target"],
            ordered_json::parse(R"json({"expression": "4711", "type": "process", "pid": 4711,
              "comm": "sleep", "command": "sleep 200", "container": null})json"));
}

TEST(InspectJson, SaysInWhichContainerTheTargetIs) {
  ops::InspectReport report = full_report();
  report.process->container = target::Container{"docker", "", "3b5d"};
  EXPECT_EQ(json_of(report)["target"]["container"],
            ordered_json::parse(R"json({"engine": "docker", "name": null, "id": "3b5d"})json"));
}

TEST(InspectJson, ListsTheNamespacesInTheOrderOfTheKinds) {
  const auto namespaces = json_of(full_report())["namespaces"];
  ASSERT_EQ(namespaces.size(), ns::kind_count);
  std::size_t index = 0;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_EQ(namespaces[index]["kind"], info.name);
    ++index;
  }
}

TEST(InspectJson, ShowsWhatANamespaceIs) {
  const auto namespaces = json_of(full_report())["namespaces"];
  EXPECT_EQ(namespaces[4], ordered_json::parse(R"json({
    "kind": "pid", "inode": 4026532200, "id": 18610, "same_as_caller": false,
    "owner": {"kind": "user", "inode": 4026532201, "id": 18611, "uid": 1000},
    "parent": {"kind": "pid", "inode": 4026531836, "id": 4100},
    "processes": null})json"));
  EXPECT_EQ(namespaces[3], ordered_json::parse(R"json({
    "kind": "net", "inode": 4026531833, "id": 3, "same_as_caller": true,
    "owner": {"kind": "user", "inode": 4026531837, "id": 4099, "uid": 0},
    "parent": null, "processes": null})json"));
}

TEST(InspectJson, HasNullForTheOwnerOfTheInitialUserNamespace) {
  ops::InspectReport report = namespace_report(ns::Kind::user);
  report.namespaces[0].view->owner = std::nullopt;
  const auto user = json_of(report)["namespaces"][0];
  EXPECT_TRUE(user["owner"].is_null());
  EXPECT_FALSE(user.contains("error"));
}

TEST(InspectJson, CountsProcessesOnDemand) {
  ops::InspectReport report = full_report();
  report.namespaces[7].view->processes = 3;
  report.namespaces[6].view->processes = 0;
  const auto namespaces = json_of(report)["namespaces"];
  EXPECT_EQ(namespaces[7]["processes"], 3);
  EXPECT_EQ(namespaces[6]["processes"], 0);
  EXPECT_TRUE(namespaces[5]["processes"].is_null());
}

TEST(InspectJson, HasNullForAnIdThatTheKernelDoesNotGive) {
  ops::InspectReport report = full_report();
  report.namespaces[7].view->ref.id.reset();
  EXPECT_TRUE(json_of(report)["namespaces"][7]["id"].is_null());
}

TEST(InspectJson, ComparesTheUnames) {
  EXPECT_EQ(json_of(full_report())["uname"], ordered_json::parse(R"json({
    "differs": true,
    "fields": [
      {"field": "sysname", "caller": "Linux", "target": "Linux", "differs": false},
      {"field": "nodename", "caller": "myhost", "target": "x", "differs": true},
      {"field": "release", "caller": "6.18.0", "target": "6.18.0", "differs": false},
      {"field": "version", "caller": "#1 SMP", "target": "#1 SMP", "differs": false},
      {"field": "machine", "caller": "x86_64", "target": "x86_64", "differs": false},
      {"field": "domainname", "caller": "(none)", "target": "(none)", "differs": false}
    ]})json"));
}

TEST(InspectJson, SaysWhenTheUnamesAreTheSame) {
  ops::InspectReport report = full_report();
  report.target_uname = test::uname_here();
  EXPECT_EQ(json_of(report)["uname"]["differs"], false);
}

TEST(InspectJson, SaysWhyANamespaceCannotBeRead) {
  const auto namespaces = json_of(unreadable_report())["namespaces"];
  ASSERT_EQ(namespaces.size(), ns::kind_count);
  ordered_json expected = {{"kind", "uts"}, {"inode", nullptr}, {"id", nullptr}};
  expected["error"] = ordered_json::parse(error_text);
  EXPECT_EQ(namespaces[7], expected);
}

TEST(InspectJson, SaysWhyTheUnameCannotBeRead) {
  const auto uname = json_of(unreadable_report())["uname"];
  EXPECT_TRUE(uname["differs"].is_null());
  EXPECT_EQ(uname["error"], ordered_json::parse(error_text));
  ASSERT_EQ(uname["fields"].size(), 6U);
  EXPECT_EQ(uname["fields"][1], ordered_json::parse(R"json({
    "field": "nodename", "caller": "myhost", "target": null, "differs": null})json"));
}

TEST(InspectJson, SaysWhyOwnerOrParentCannotBeRead) {
  ops::InspectReport report = full_report();
  report.namespaces[4].view->parent = fail(Error::of(EPERM, "NS_GET_PARENT", "pid:[4026532200]"));
  report.namespaces[7].view->owner = fail(Error::of(EPERM, "NS_GET_USERNS", "uts:[4026532178]"));
  const auto namespaces = json_of(report)["namespaces"];
  EXPECT_TRUE(namespaces[4]["parent"].is_null());
  EXPECT_EQ(namespaces[4]["owner"]["uid"], 1000);
  EXPECT_EQ(namespaces[4]["error"], ordered_json::parse(R"json({"errno": "EPERM",
    "message": "NS_GET_PARENT pid:[4026532200]: Operation not permitted", "hint": null})json"));
  EXPECT_TRUE(namespaces[7]["owner"].is_null());
  EXPECT_EQ(namespaces[7]["error"]["errno"], "EPERM");
}

TEST(InspectJson, HasNullForTheErrnoThatTheKernelDidNotGive) {
  ops::InspectReport report = full_report();
  report.target_uname = fail(Error::of(0, "the helper ended", ""));
  EXPECT_EQ(json_of(report)["uname"]["error"],
            ordered_json::parse(
                R"json({"errno": null, "message": "the helper ended", "hint": null})json"));
}

TEST(InspectJson, ShowsATargetThatIsOneNamespace) {
  const auto json = json_of(namespace_report(ns::Kind::net));
  EXPECT_EQ(json["target"],
            ordered_json::parse(R"json({"expression": "/run/netns/blue", "type": "namespace",
              "pid": null, "comm": null, "command": null, "container": null})json"));
  ASSERT_EQ(json["namespaces"].size(), 1U);
  EXPECT_EQ(json["namespaces"][0]["inode"], 4026532178);
  EXPECT_TRUE(json["uname"].is_null());
}

TEST(InspectJson, ComparesTheUnameOfATargetThatIsAUtsNamespace) {
  EXPECT_EQ(json_of(namespace_report(ns::Kind::uts))["uname"]["differs"], true);
}

TEST(InspectJson, IsWrittenInAsciiAlone) {
  ops::InspectReport report = full_report();
  report.process->command = "grün \u009b31m \u202e \u202c 🎉";
  const std::string text = inspect_json(report);
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char byte) {
    return byte == '\n' || (byte >= ' ' && byte <= '~');
  }));
  EXPECT_EQ(ordered_json::parse(text)["target"]["command"], report.process->command);
}

TEST(InspectJson, ReplacesInvalidUtf8) {
  ops::InspectReport report = full_report();
  report.expression = "\xff";
  report.process->comm = "a\xc3\x28";
  report.process->command = "\x1b[2J\xed\xa0\x80\n";
  report.target_uname = sys::Uname{"", "\xf8", "", "", "", ""};
  const auto json = json_of(report);
  EXPECT_EQ(json["target"]["expression"], "\ufffd");
  EXPECT_EQ(json["target"]["comm"], "a\ufffd(");
  EXPECT_THAT(json["target"]["command"].get<std::string>(), testing::StartsWith("\x1b[2J\ufffd"));
  EXPECT_EQ(json["uname"]["fields"][1]["target"], "\ufffd");
}

}  // namespace
}  // namespace nsplay::render
