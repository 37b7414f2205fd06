#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "nsplay/render/json.h"

namespace nsplay::render {
namespace {

using nlohmann::ordered_json;

ops::CreateReport report() {
  ops::CreateReport report;
  report.pid = 4711;
  report.pidfd_inode = 22926;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    report.namespaces.push_back({{info.kind, 4026531835, 5}, false});
  }
  report.namespaces[7] = {{ns::Kind::uts, 4026532178, 18609}, true};
  report.uname = {"Linux", "x", "6.18.0", "#1 SMP", "x86_64", "(none)"};
  return report;
}

TEST(CreateJson, IsTheDocumentThatScriptsRelyOn) {
  const auto expected = ordered_json::parse(R"json({
    "schema": "nsplay.create/1",
    "name": null,
    "pid": 4711,
    "pidfd_inode": 22926,
    "namespaces": [
      {"kind": "cgroup", "inode": 4026531835, "id": 5, "new": false},
      {"kind": "ipc", "inode": 4026531835, "id": 5, "new": false},
      {"kind": "mnt", "inode": 4026531835, "id": 5, "new": false},
      {"kind": "net", "inode": 4026531835, "id": 5, "new": false},
      {"kind": "pid", "inode": 4026531835, "id": 5, "new": false},
      {"kind": "time", "inode": 4026531835, "id": 5, "new": false},
      {"kind": "user", "inode": 4026531835, "id": 5, "new": false},
      {"kind": "uts", "inode": 4026532178, "id": 18609, "new": true}
    ],
    "uname": {"sysname": "Linux", "nodename": "x", "release": "6.18.0", "version": "#1 SMP",
              "machine": "x86_64", "domainname": "(none)"}
  })json");
  EXPECT_EQ(ordered_json::parse(create_json(report())), expected);
}

TEST(CreateJson, BeginsWithItsSchemaAndEndsInOneNewline) {
  const std::string text = create_json(report());
  EXPECT_THAT(text, testing::StartsWith("{\n  \"schema\": \"nsplay.create/1\",\n"));
  EXPECT_THAT(text, testing::EndsWith("}\n"));
  EXPECT_EQ(text.find("\n\n"), std::string::npos);
}

TEST(CreateJson, HasNullForWhatTheKernelDoesNotTell) {
  ops::CreateReport old = report();
  old.pidfd_inode.reset();
  old.namespaces[0].ref.id.reset();
  const auto json = ordered_json::parse(create_json(old));
  EXPECT_TRUE(json["pidfd_inode"].is_null());
  EXPECT_TRUE(json["namespaces"][0]["id"].is_null());
}

TEST(CreateJson, KeepsNumbersOfSixtyFourBits) {
  ops::CreateReport large = report();
  large.pidfd_inode = 18446744073709551615U;
  large.namespaces[0].ref = {ns::Kind::cgroup, 18446744073709551614U, 9007199254740993U};
  const auto json = ordered_json::parse(create_json(large));
  EXPECT_EQ(json["pidfd_inode"].get<std::uint64_t>(), 18446744073709551615U);
  EXPECT_EQ(json["namespaces"][0]["inode"].get<std::uint64_t>(), 18446744073709551614U);
  EXPECT_EQ(json["namespaces"][0]["id"].get<std::uint64_t>(), 9007199254740993U);
}

TEST(CreateJson, HasAnEmptyListWithoutNamespaces) {
  const auto json = ordered_json::parse(create_json({}));
  EXPECT_EQ(json["namespaces"], ordered_json::array());
}

TEST(CreateJson, ReplacesInvalidUtf8AndIsWrittenInAsciiAlone) {
  ops::CreateReport hostile = report();
  hostile.uname.nodename = "a\xff\n\x1b[2J";
  const std::string text = create_json(hostile);
  const auto json = ordered_json::parse(text);
  EXPECT_EQ(json["uname"]["nodename"], "a\ufffd\n\x1b[2J");
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char byte) {
    return byte == '\n' || (byte >= ' ' && byte <= '~');
  }));
}

}  // namespace
}  // namespace nsplay::render
