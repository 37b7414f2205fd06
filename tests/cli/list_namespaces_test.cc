// `nsplay list` on real namespaces: beside lsns(8), with its filters, with what nobody is in.

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

using ListNamespaces = CliTest;

Json listed(const Words& options = {}) {
  Words words = {"list", "--json"};
  words.insert(words.end(), options.begin(), options.end());
  const RunResult result = run_nsplay(words);
  EXPECT_EQ(result.status, 0) << result;
  return parse_json(result.out);
}

/// The entry of this namespace in a list of ours or of lsns; null when there is none.
Json entry_of(const Json& list, std::string_view member, std::uint64_t inode) {
  for (const Json& entry : list.at("namespaces")) {
    if (entry.at(std::string(member)) == inode) {
      return entry;
    }
  }
  return nullptr;
}

Json listed_by_lsns() {
  PipeEnds pipe = open_pipe();
  const char* columns = "NS,TYPE,NPROCS,PID,PPID,UID,PNS,ONS,COMMAND,USER,PATH,NETNSID,NSFS";
  Subprocess lsns({"lsns", "--list", "--json", "-o", columns}, {}, {.out = pipe.write_end.get()});
  pipe.write_end.reset();
  const std::string text = PipeReader(std::move(pipe.read_end)).read_rest();
  EXPECT_EQ(lsns.wait(), 0);
  return parse_json(text);
}

std::uint64_t inode_of(const Json& entry) {
  return entry.is_null() ? 0 : entry.at("inode").get<std::uint64_t>();
}

/// Those that lsns, which has one text for all of them, has for one at most.
Json only_mount_of(const Json& entry) {
  const Json& mounts = entry.at("mounts");
  EXPECT_LE(mounts.size(), 1U) << mounts;
  return mounts.empty() ? Json(nullptr) : mounts.front();
}

/// What both have of a namespace.
void expect_same(const Json& own, const Json& other) {
  EXPECT_EQ(own.at("kind"), other.at("type"));
  EXPECT_EQ(own.at("processes"), other.at("nprocs"));
  for (const char* member : {"pid", "ppid", "uid", "user", "command", "path", "netnsid"}) {
    EXPECT_EQ(own.at(member), other.at(member)) << member;
  }
  EXPECT_EQ(only_mount_of(own), other.at("nsfs"));
  EXPECT_EQ(inode_of(own.at("parent")), other.at("pns"));
  EXPECT_EQ(inode_of(own.at("owner")), other.at("ons"));
}

TEST_F(ListNamespaces, AgreeWithLsns) {
  const ChildInNamespaces target(with_children(KindSet::all(), 3));
  const std::uint64_t mount = namespace_inode(target.pid(), ns::Kind::mnt);
  Json ours;
  Json theirs;
  // A list from every source, by another test, enters each mount namespace for a moment.
  EXPECT_TRUE(eventually([&] {
    ours = listed();
    theirs = listed_by_lsns();
    return entry_of(ours, "inode", mount).at("processes") ==
           entry_of(theirs, "ns", mount).at("nprocs");
  }));
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    const std::uint64_t inode = namespace_inode(target.pid(), info.kind);
    const Json own = entry_of(ours, "inode", inode);
    const Json other = entry_of(theirs, "ns", inode);
    ASSERT_FALSE(own.is_null());
    ASSERT_FALSE(other.is_null());
    expect_same(own, other);
    EXPECT_EQ(own.at("pid"), target.pid());
    EXPECT_EQ(own.at("netnsid").is_null(), info.kind != Kind::net);
  }
}

TEST_F(ListNamespaces, AgreeWithLsnsOnTheFileOfOneByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::net});
  const MountedNamespace mounted(target.pid(), Kind::net);
  const std::uint64_t inode = namespace_inode(target.pid(), Kind::net);
  const Json own = entry_of(listed(), "inode", inode);
  ASSERT_FALSE(own.is_null());
  EXPECT_EQ(only_mount_of(own), mounted.path());
  expect_same(own, entry_of(listed_by_lsns(), "ns", inode));
}

TEST_F(ListNamespaces, HaveAllMembersInJson) {
  const ChildInNamespaces target(KindSet::all());
  const Json list = listed();
  EXPECT_EQ(members_of(list), (Words{"schema", "namespaces", "unreadable_processes"}));
  const Json entry = entry_of(list, "inode", namespace_inode(target.pid(), Kind::uts));
  expect_namespace(entry);
  EXPECT_EQ(members_of(entry),
            (Words{"kind",
                   "inode",
                   "id",
                   "processes",
                   "threads",
                   "pending",
                   "pid",
                   "ppid",
                   "command",
                   "uid",
                   "user",
                   "owner",
                   "parent",
                   "owner_uid",
                   "netnsid",
                   "mounts",
                   "mounts_elsewhere",
                   "fds",
                   "sockets",
                   "name",
                   "creator",
                   "container",
                   "path"}));
  EXPECT_EQ(entry.at("pid"), target.pid());
  EXPECT_EQ(entry.at("path"), target.namespace_file(Kind::uts));
}

TEST_F(ListNamespaces, AreChosenByAFilter) {
  const ChildInNamespaces target(with_children(KindSet::all(), 2));
  const std::string pid = target.expression();
  const auto chosen_by = [&](const std::string& filter) {
    return run_nsplay({"list", "-n", "-r", "-o", "TYPE,NPROCS", "-Q", filter}).out;
  };
  EXPECT_EQ(chosen_by("PID == " + pid + " && TYPE == 'net'"), "net 3\n");
  EXPECT_EQ(chosen_by("PID == " + pid + " and type =~ '^ut|x' and nprocs >= 3"), "uts 3\n");
  EXPECT_EQ(chosen_by("PID == " + pid + " && NPROCS > 3"), "");
  EXPECT_TRUE(fails_with(run_nsplay({"list", "-Q", "NPROC > 1"}),
                         {2, "the filter at position 1: 'NPROC' is not a column", "'NPROCS'"}));
}

TEST_F(ListNamespaces, AreListedWithTheirProcesses) {
  const ChildInNamespaces target(with_children(KindSet::all(), 2));
  const RunResult result = run_nsplay(
      {"list", "-n", "-r", "-o", "PID", std::to_string(namespace_inode(target.pid(), Kind::ipc))});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(result.out, testing::StartsWith(target.expression() + "\n"));
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
}

/// One line of headings, and a note that says what tells more.
void expect_deserted(const std::string& name) {
  const RunResult result = run_nsplay({"list", name});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1) << result;
  std::string word = name;
  std::erase_if(word, [](char letter) { return letter == '[' || letter == ']'; });
  EXPECT_THAT(result.err, HasSubstr("nsplay: note: nobody "));
  EXPECT_THAT(result.err, HasSubstr("is in " + name + "; 'nsplay holders " + word + "' tells"));
  EXPECT_EQ(run_nsplay({"holders", word}).status, 0);
}

TEST_F(ListNamespaces, L3ThatNobodyIsInYetAreSaidToBeEmpty) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({}), .inside = [] { unshare_or_end({Kind::time}); }});
  expect_deserted(read_process_link(target.pid(), "ns/time_for_children"));
  const RunResult own = run_nsplay({"list", namespace_link(target.pid(), Kind::time)});
  EXPECT_THAT(own.err, testing::Not(HasSubstr("nobody ")));
}

TEST_F(ListNamespaces, ThatOnlyADescriptorKeepsAreSaidToBeEmpty) {
  ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const std::string name = namespace_link(target.pid(), Kind::uts);
  const std::string file = target.namespace_file(Kind::uts);
  const ChildInNamespaces holder(
      {.inside = [&] { must(::open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0, "open"); }});
  target.end();
  expect_deserted(name);
}

TEST_F(ListNamespaces, L7ThatAreNotThereAreSaidToBeMissing) {
  for (const Words& words : {Words{"list", "4095"}, Words{"list", "net:[4095]", "--json"}}) {
    const RunResult result = run_nsplay(words);
    EXPECT_EQ(result.status, 1) << result;
    EXPECT_THAT(result.err, HasSubstr("namespace has the inode 4095\n"));
  }
  pid_t dead = 0;
  {
    const ChildInNamespaces target(with_privilege_for({}));
    dead = target.pid();
  }
  EXPECT_EQ(run_nsplay({"list", "-p", std::to_string(dead)}).status, 1);
}

TEST_F(ListNamespaces, AreHarmlessToATerminal) {
  const ChildInNamespaces target({.kinds = with_privilege_for({Kind::uts}), .inside = [] {
                                    must(::prctl(PR_SET_NAME, "\x1b[2Jx\ny") == 0, "PR_SET_NAME");
                                  }});
  const RunResult result = run_nsplay({"list", "--output-all"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(is_harmless(result.out)) << result;
}

}  // namespace
}  // namespace nsplay::test
