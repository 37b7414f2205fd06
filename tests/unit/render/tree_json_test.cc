#include <algorithm>
#include <cerrno>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "nsplay/render/json.h"

#include "render/trees.h"

namespace nsplay::render {
namespace {

using nlohmann::ordered_json;

TEST(TreeJson, IsTheDocumentThatScriptsRelyOn) {
  test::TreeMaker maker(ops::TreeBy::parent);
  const std::size_t node = maker.root(test::listed_pid_namespace());
  maker.below(node, test::bare_net_namespace());
  maker.report().nodes[node].members.emplace(1, test::listed_process());
  maker.report().target = "4711";
  maker.report().unreadable_processes = 7;
  maker.report().lifted = 3;
  const auto expected = ordered_json::parse(R"json({
    "schema": "nsplay.tree/1",
    "by": "parent",
    "target": "4711",
    "namespaces": [
      {"kind": "pid", "inode": 4026532200, "id": 18610, "processes": 3, "threads": 2, "pending": 1,
       "pid": 4711, "ppid": 1, "command": "sleep 200", "uid": 1000, "user": "ann",
       "owner": {"kind": "user", "inode": 4026532201, "id": 18611},
       "parent": {"kind": "pid", "inode": 4026531836, "id": 4100},
       "owner_uid": 1000, "netnsid": 6, "mounts": ["/run/ns/pid", "/tmp/a b"],
       "mounts_elsewhere": [{"path": "/run/pid",
          "namespace": {"kind": "mnt", "inode": 4026532202, "id": null}}],
        "fds": 4, "sockets": 5, "name": "play:web", "creator": "ann",
       "container": {"engine": "play", "name": "web", "id": null},
       "path": "/proc/4711/ns/pid",
       "members": [{"pid": 4711, "ppid": 1, "uid": 1000, "user": "ann", "command": "sleep 200",
          "container": null}],
       "children": [
         {"kind": "net", "inode": 4026532178, "id": null, "processes": 0, "threads": 0,
          "pending": 0, "pid": null, "ppid": null, "command": null, "uid": null, "user": null,
          "owner": null, "parent": null, "owner_uid": null, "netnsid": null, "mounts": [],
       "mounts_elsewhere": [], "fds": null, "sockets": null, "name": null, "creator": null,
          "container": null, "path": null,
          "members": null, "children": []}
       ]}
    ],
    "lifted": 3,
    "unreadable_processes": 7
  })json");
  EXPECT_EQ(ordered_json::parse(tree_json(maker.report())), expected);
}

TEST(TreeJson, HasTheChildrenInTheirOrder) {
  const auto json = ordered_json::parse(tree_json(test::owner_tree()));
  const auto& root = json["namespaces"][0];
  ASSERT_EQ(root["children"].size(), 3U);
  EXPECT_EQ(root["children"][0]["inode"], 4026531840);
  EXPECT_EQ(root["children"][1]["inode"], 4026532200);
  EXPECT_EQ(root["children"][1]["children"][0]["inode"], 4026532201);
  EXPECT_EQ(root["children"][2]["inode"], 4026532178);
  EXPECT_EQ(json["by"], "owner");
  EXPECT_TRUE(json["target"].is_null());
}

TEST(TreeJson, IsAnEmptyListWithoutNamespaces) {
  EXPECT_EQ(ordered_json::parse(tree_json({}))["namespaces"], ordered_json::array());
}

TEST(TreeJson, IsWrittenInAsciiAlone) {
  ops::TreeReport report = test::parent_tree(1);
  report.nodes[0].members->front().command = "a\xff\n\x1b[2J\u202e\u202c";
  const std::string text = tree_json(report);
  EXPECT_EQ(ordered_json::parse(text)["namespaces"][0]["members"][0]["command"],
            "a\ufffd\n\x1b[2J\u202e\u202c");
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char byte) {
    return byte == '\n' || (byte >= ' ' && byte <= '~');
  }));
}

TEST(TreeJson, SaysWhyThereIsNone) {
  EXPECT_EQ(ordered_json::parse(tree_failure_json("4711", Error::of(ESRCH, "open", "/proc/4711"))),
            ordered_json::parse(R"json({"schema": "nsplay.tree/1", "target": "4711",
              "namespaces": null,
              "error": {"errno": "ESRCH", "message": "open /proc/4711: No such process",
                        "hint": null}})json"));
}

}  // namespace
}  // namespace nsplay::render
