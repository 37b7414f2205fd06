#include <algorithm>
#include <cerrno>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "nsplay/render/json.h"

#include "render/lists.h"

namespace nsplay::render {
namespace {

using nlohmann::ordered_json;

TEST(ListJson, IsTheDocumentThatScriptsRelyOn) {
  const auto expected = ordered_json::parse(R"json({
    "schema": "nsplay.list/1",
    "namespaces": [
      {"kind": "net", "inode": 4026532178, "id": null, "processes": 0, "threads": 0, "pending": 0,
       "pid": null, "ppid": null, "command": null, "uid": null, "user": null, "owner": null,
       "parent": null, "owner_uid": null, "netnsid": null, "mounts": [],
       "mounts_elsewhere": [], "fds": null, "sockets": null, "name": null, "creator": null, "container": null,
       "path": null},
      {"kind": "pid", "inode": 4026532200, "id": 18610, "processes": 3, "threads": 2, "pending": 1,
       "pid": 4711, "ppid": 1, "command": "sleep 200", "uid": 1000, "user": "ann",
       "owner": {"kind": "user", "inode": 4026532201, "id": 18611},
       "parent": {"kind": "pid", "inode": 4026531836, "id": 4100},
       "owner_uid": 1000, "netnsid": 6, "mounts": ["/run/ns/pid", "/tmp/a b"],
       "mounts_elsewhere": [{"path": "/run/pid",
          "namespace": {"kind": "mnt", "inode": 4026532202, "id": null}}],
        "fds": 4, "sockets": 5, "name": "play:web", "creator": "ann", "container": {"engine": "play", "name": "web", "id": null},
        "path": "/proc/4711/ns/pid"}
    ],
    "unreadable_processes": 7
  })json");
  EXPECT_EQ(ordered_json::parse(list_json(test::full_list())), expected);
}

TEST(ListJson, TellsANetNamespaceWithoutNumberFromOneOfWhichItIsNotKnown) {
  ops::ListReport report = test::full_list();
  EXPECT_TRUE(ordered_json::parse(list_json(report))["namespaces"][0]["netnsid"].is_null());
  report.namespaces[0].network_id = ops::NetworkId{};
  EXPECT_EQ(ordered_json::parse(list_json(report))["namespaces"][0]["netnsid"], "unassigned");
}

TEST(ListJson, HasNoPathWhereOnlyAThreadIsInIt) {
  ops::ListReport report = test::full_list();
  report.namespaces[1].processes = 0;
  EXPECT_TRUE(ordered_json::parse(list_json(report))["namespaces"][1]["path"].is_null());
}

TEST(ListJson, HasAnEmptyListWithoutNamespaces) {
  EXPECT_EQ(list_json({}),
            "{\n  \"schema\": \"nsplay.list/1\",\n  \"namespaces\": [],\n"
            "  \"unreadable_processes\": 0\n}\n");
}

TEST(ListJson, ReplacesInvalidUtf8AndIsWrittenInAsciiAlone) {
  ops::ListReport report = test::full_list();
  report.namespaces[1].process->command = "a\xff\n\x1b[2J";
  report.namespaces[1].mounts = {"/tmp/\xff"};
  const std::string text = list_json(report);
  const auto json = ordered_json::parse(text);
  EXPECT_EQ(json["namespaces"][1]["command"], "a\ufffd\n\x1b[2J");
  EXPECT_EQ(json["namespaces"][1]["mounts"][0], "/tmp/\ufffd");
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char byte) {
    return byte == '\n' || (byte >= ' ' && byte <= '~');
  }));
}

TEST(ListJson, SaysWhyThereIsNone) {
  EXPECT_EQ(ordered_json::parse(list_failure_json(Error::of(ESRCH, "open", "/proc/4711"))),
            ordered_json::parse(R"json({"schema": "nsplay.list/1", "namespaces": null,
              "error": {"errno": "ESRCH", "message": "open /proc/4711: No such process",
                        "hint": null}})json"));
}

TEST(ProcessesJson, IsTheDocumentThatScriptsRelyOn) {
  const auto expected = ordered_json::parse(R"json({
    "schema": "nsplay.processes/1",
    "processes": [
      {"namespace": {"kind": "pid", "inode": 4026532200, "id": 18610},
       "pid": 4711, "ppid": 1, "uid": 1000, "user": "ann", "command": "sleep 200",
       "tid": null},
      {"namespace": {"kind": "pid", "inode": 4026532200, "id": 18610},
       "pid": 4712, "ppid": 4711, "uid": 1000, "user": null, "command": "sleep 200",
       "tid": 4714},
      {"namespace": {"kind": "net", "inode": 4026532178, "id": null},
       "pid": 4713, "ppid": null, "uid": null, "user": null, "command": null,
       "tid": null}
    ],
    "unreadable_processes": 7
  })json");
  EXPECT_EQ(ordered_json::parse(processes_json(test::full_processes())), expected);
}

TEST(ProcessesJson, SaysWhyThereAreNone) {
  const auto json = ordered_json::parse(processes_failure_json(Error::of(ESRCH, "x", "y")));
  EXPECT_EQ(json["schema"], "nsplay.processes/1");
  EXPECT_TRUE(json["processes"].is_null());
  EXPECT_EQ(json["error"]["errno"], "ESRCH");
}

}  // namespace
}  // namespace nsplay::render
