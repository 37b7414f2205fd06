#include "nsplay/render/diff_view.h"

#include <cerrno>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nsplay::test {
namespace {

using Json = nlohmann::json;
using ops::DiffOutcome;
using ops::DiffValue;
using testing::ElementsAre;
using testing::IsEmpty;

using List = std::vector<std::string>;

Error refusal() {
  Error error = Error::of(EACCES, "readlink", "/proc/4711/cwd");
  return std::move(error).with_hint("run as root");
}

/// One difference of every type.
ops::DiffReport every_kind_of_value() {
  ops::DiffReport report{"podman:a", "self", {}};
  report.sections = {{"uname", {{"nodename", DiffValue("a\x1b[2J"), DiffValue("b"), {}}}, {}},
                     {"namespaces",
                      {{"net",
                        DiffValue(ns::NamespaceRef{ns::Kind::net, 4026532178, 7}),
                        DiffValue(ns::NamespaceRef{ns::Kind::net, 4026531833, {}}),
                        {}}},
                      {}},
                     {"id-maps", {}, {}},
                     {"credentials",
                      {{"uid.real", DiffValue(std::int64_t{0}), DiffValue(std::int64_t{1000}), {}},
                       {"capabilities.effective",
                        DiffValue(List{"cap_chown", "cap_kill", "cap_setuid"}),
                        DiffValue(List{"cap_kill"}),
                        {}},
                       {"no_new_privileges", DiffValue(true), DiffValue(false), {}}},
                      {}},
                     {"cgroups", {{"name=elogind", {}, DiffValue("/x"), {}}}, {}}};
  return report;
}

ops::DiffReport unreadable() {
  ops::DiffReport report{"4711", "self", {}};
  report.sections = {{"uname", {}, refusal()},
                     {"paths", {{"cwd", {}, DiffValue("/"), refusal()}}, {}}};
  return report;
}

TEST(DiffText, HasALineForEachDifference) {
  EXPECT_EQ(render::diff_text(every_kind_of_value(), {}),
            "SECTION      WHAT                    podman:a              self\n"
            "uname        nodename                a\\x1b[2J              b\n"
            "namespaces   net                     net:[4026532178]      net:[4026531833]\n"
            "credentials  uid.real                0                     1000\n"
            "credentials  capabilities.effective  cap_chown,cap_setuid  -\n"
            "credentials  no_new_privileges       yes                   no\n"
            "cgroups      name=elogind            -                     /x\n");
}

TEST(DiffText, IsEmptyWhereNothingDiffersOrCanBeRead) {
  EXPECT_EQ(render::diff_text({"a", "b", {{"uname", {}, {}}}}, {}), "");
  EXPECT_EQ(render::diff_text(unreadable(), {}), "");
}

TEST(DiffText, IsCutToTheWidth) {
  const std::string text = render::diff_text(every_kind_of_value(), 70);
  EXPECT_THAT(text, testing::HasSubstr("net:[4026532178]      net:[40265…\n"));
}

TEST(DiffNotes, SayEachReasonOnceAndThenTheCure) {
  EXPECT_THAT(render::diff_notes(every_kind_of_value()), IsEmpty());
  EXPECT_THAT(render::diff_notes(unreadable()),
              ElementsAre("readlink /proc/4711/cwd: Permission denied", "run as root"));
}

TEST(DiffOutcomeOf, IsADifferenceBeforeAnythingElse) {
  EXPECT_EQ(ops::outcome_of({}), DiffOutcome::same);
  EXPECT_EQ(ops::outcome_of(every_kind_of_value()), DiffOutcome::differs);
  ops::DiffReport report = unreadable();
  EXPECT_EQ(ops::outcome_of(report), DiffOutcome::unknown);
  report.sections.push_back({"limits", {{"x", {}, DiffValue("y"), {}}}, {}});
  EXPECT_EQ(ops::outcome_of(report), DiffOutcome::differs);
}

TEST(DiffJson, HasEveryTypeOfValueAsItself) {
  const Json json = Json::parse(render::diff_json(every_kind_of_value()));
  EXPECT_EQ(json.at("schema"), "nsplay.diff/1");
  EXPECT_EQ(json.at("a"), "podman:a");
  EXPECT_EQ(json.at("b"), "self");
  EXPECT_EQ(json.at("same"), false);
  const Json& sections = json.at("sections");
  EXPECT_EQ(sections.at(0), Json::parse(R"({"section": "uname", "differences":
                            [{"path": "nodename", "a": "a\u001b[2J", "b": "b"}]})"));
  EXPECT_EQ(sections.at(1).at("differences").at(0), Json::parse(R"({"path": "net",
                            "a": {"kind": "net", "inode": 4026532178, "id": 7},
                            "b": {"kind": "net", "inode": 4026531833, "id": null}})"));
  EXPECT_EQ(sections.at(2), Json::parse(R"({"section": "id-maps", "differences": []})"));
  const Json& credentials = sections.at(3).at("differences");
  EXPECT_EQ(credentials.at(0), Json::parse(R"({"path": "uid.real", "a": 0, "b": 1000})"));
  EXPECT_EQ(credentials.at(1).at("a"), (List{"cap_chown", "cap_kill", "cap_setuid"}));
  EXPECT_EQ(credentials.at(2).at("a"), true);
  EXPECT_EQ(sections.at(4).at("differences").at(0).at("a"), nullptr);
}

TEST(DiffJson, HasNullBesideTheErrorOfWhatCouldNotBeRead) {
  const Json json = Json::parse(render::diff_json(unreadable()));
  EXPECT_EQ(json.at("same"), nullptr);
  const Json error = Json::parse(R"({"errno": "EACCES", "hint": "run as root",
      "message": "readlink /proc/4711/cwd: Permission denied"})");
  EXPECT_EQ(json.at("sections").at(0),
            (Json{{"section", "uname"}, {"differences", nullptr}, {"error", error}}));
  EXPECT_EQ(json.at("sections").at(1).at("differences").at(0),
            (Json{{"path", "cwd"}, {"a", nullptr}, {"b", "/"}, {"error", error}}));
}

TEST(DiffJson, OfAFailureHasTheErrorAlone) {
  ops::DiffRequest request;
  request.a = "4711";
  const Json json = Json::parse(render::diff_failure_json(request, Error::usage("no")));
  EXPECT_EQ(json.at("schema"), "nsplay.diff/1");
  EXPECT_EQ(json.at("a"), "4711");
  EXPECT_EQ(json.at("b"), "self");
  EXPECT_EQ(json.at("same"), nullptr);
  EXPECT_EQ(json.at("sections"), nullptr);
  EXPECT_EQ(json.at("error").at("message"), "no");
}

}  // namespace
}  // namespace nsplay::test
