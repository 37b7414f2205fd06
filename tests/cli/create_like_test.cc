// `nsplay create --like TARGET`: namespaces like those that a process has.

#include <unistd.h>

#include <string>

#include "cli/plays.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using CreateLike = PlaysTest;
using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

/// A detached child like this one, with what the command wrote to stderr.
struct Copy {
  Subprocess child;
  std::string errors;
};

Copy copy_of(const std::string& target, const Words& options = {}, const RunOptions& run = {}) {
  Words words = {"create", "-d", "--like", target};
  words.insert(words.end(), options.begin(), options.end());
  const RunResult result = run_nsplay(words, run);
  EXPECT_EQ(result.status, 0) << result;
  return {Subprocess(leading_pid(result.out)), result.err};
}

KindSet own_kinds(const Subprocess& child) {
  return different_kinds(child.pid(), ::getpid());
}

void expect_same_file(const Subprocess& one, const Subprocess& other, const std::string& name) {
  const std::string text = read_process_file(one.pid(), name);
  EXPECT_NE(text, "") << name;
  EXPECT_EQ(read_process_file(other.pid(), name), text) << name;
}

TEST_F(CreateLike, HasTheSameKindsAndNames) {
  const Subprocess web = create_play("web", {"-i", "--hostname", "x", "--domainname", "y"});
  const Copy copy = copy_of("web", {"--name", "web2"});
  EXPECT_EQ(own_kinds(copy.child), own_kinds(web));
  EXPECT_NE(namespace_link(copy.child.pid(), Kind::uts), namespace_link(web.pid(), Kind::uts));
  EXPECT_EQ(run_nsplay({"join", "web2", "--", "uname", "-n"}).out, "x\n");
  EXPECT_EQ(run_nsplay({"join", "web2", "--", "cat", "/proc/sys/kernel/domainname"}).out, "y\n");
  EXPECT_THAT(copy.errors, HasSubstr("nsplay: note: not copied from web: its IPC objects\n"));
}

TEST_F(CreateLike, HasTheSameIdMaps) {
  for (const Words& options :
       {Words{"-r"}, Words{"-c", "--setgroups", "deny"}, Words{"--map-none"}}) {
    SCOPED_TRACE(testing::PrintToString(options));
    const Subprocess web = create_detached(options);
    const Copy copy = copy_of(std::to_string(web.pid()));
    for (const char* file : {"uid_map", "gid_map"}) {
      EXPECT_EQ(read_process_file(copy.child.pid(), file), read_process_file(web.pid(), file));
    }
    expect_same_file(web, copy.child, "setgroups");
    EXPECT_EQ(copy.errors, "");
  }
}

TEST_F(CreateLike, HasTheSameRangesOfIdsByRoot) {
  const Subprocess web = create_detached(
      {"--map-users", "0:100000:10", "--map-users", "20:200000:5", "--map-groups", "7:300:9"});
  const Copy copy = copy_of(std::to_string(web.pid()));
  expect_same_file(web, copy.child, "uid_map");
  expect_same_file(web, copy.child, "gid_map");
}

TEST_F(CreateLike, HasTheSameClocks) {
  REQUIRE_KERNEL_FEATURE(time_namespaces);
  const Subprocess web = create_detached({"--monotonic", "3d", "--boottime", "1.5h"});
  const Copy copy = copy_of(std::to_string(web.pid()));
  expect_same_file(web, copy.child, "timens_offsets");
  const Copy moved = copy_of(std::to_string(web.pid()), {"--monotonic", "7"});
  const std::string offsets = read_process_file(moved.child.pid(), "timens_offsets");
  EXPECT_THAT(offsets, testing::ContainsRegex("monotonic +7 +0\n"));
  EXPECT_THAT(offsets, testing::ContainsRegex("boottime +5400 +0\n"));
}

TEST_F(CreateLike, GivesWayToOptionsBesideIt) {
  const Subprocess web = create_play("web", {"-r", "--hostname", "x"});
  const Copy copy = copy_of("web", {"--name", "web2", "--map-none", "--hostname", "z", "-i"});
  EXPECT_EQ(run_nsplay({"join", "web2", "--", "uname", "-n"}).out, "z\n");
  EXPECT_EQ(own_kinds(copy.child), (KindSet{Kind::uts, Kind::user, Kind::ipc}));
  EXPECT_NE(read_process_file(copy.child.pid(), "uid_map"),
            read_process_file(web.pid(), "uid_map"));
}

TEST_F(CreateLike, ListsInOneLineWhatIsNotCopied) {
  const Subprocess web = create_detached({"-m", "-n", "-i", "-C"});
  const Copy copy = copy_of(std::to_string(web.pid()));
  EXPECT_EQ(copy.errors,
            "nsplay: note: not copied from " + std::to_string(web.pid()) +
                ": its mounts, network devices and addresses, IPC objects, cgroup\n");
}

TEST_F(CreateLike, NeedsAProcessWithNamespacesOfItsOwn) {
  EXPECT_TRUE(fails_with(run_nsplay({"create", "-d", "--like", "self"}),
                         {125, "--like self: it has no namespace of its own", "as in --uts"}));
  EXPECT_TRUE(fails_with(run_nsplay({"create", "-d", "--like", "/proc/self/ns/uts"}),
                         {125, "--like needs a process", "one namespace"}));
  EXPECT_EQ(run_nsplay({"create", "-d", "--like", "nowhere"}).status, 125);
}

TEST_F(CreateLike, CopiesHostileNamesAsTheyAre) {
  const Subprocess web = create_play("web", {"--hostname", "\x1b[31mred"});
  const Copy copy = copy_of("web", {"--name", "web2"});
  EXPECT_TRUE(is_harmless(copy.errors));
  EXPECT_EQ(run_nsplay({"join", "web2", "--", "uname", "-n"}).out, "\x1b[31mred\n");
}

TEST_F(CreateLike, OfAProcessThatOneMayNotLookAtIsRefusedByRoot) {
  const Subprocess web = create_detached({"--uts"});
  RunOptions options;
  options.as = RunAs::nobody;
  const RunResult result =
      run_nsplay({"create", "-d", "--like", std::to_string(web.pid())}, options);
  EXPECT_EQ(result.status, 125) << result;
  EXPECT_THAT(result.err, HasSubstr("Permission denied\nhint: "));
}

TEST_F(CreateLike, LeavesAMapThatOneMayNotWriteWithTheReasonByRoot) {
  const Subprocess web = create_detached({"--owner",
                                          "65534:65534",
                                          "--map-users",
                                          "0:100000:10",
                                          "--map-groups",
                                          "0:100000:10",
                                          "--",
                                          "sleep",
                                          "1000"});
  RunOptions options;
  options.as = RunAs::nobody;
  const Copy copy = copy_of(std::to_string(web.pid()), {}, options);
  EXPECT_THAT(copy.errors, HasSubstr("its id maps: '0 100000 10' has ids that are neither"));
  EXPECT_THAT(read_process_file(copy.child.pid(), "uid_map"), HasSubstr("65534"));
}

}  // namespace
}  // namespace nsplay::test
