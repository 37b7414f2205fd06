// `nsplay create --name`, `list --plays`, `stop`, and plays as TARGETs.

#include "cli/plays.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Plays = PlaysTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

mode_t permissions_of(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

TEST_F(Plays, AreFoundByTheirNames) {
  const Subprocess child = create_play("web", {"--hostname", "x"});
  EXPECT_EQ(run_nsplay({"join", "web", "--", "hostname"}).out, "x\n");
  EXPECT_EQ(run_nsplay({"join", "play:web", "--", "hostname"}).out, "x\n");
  EXPECT_THAT(run_nsplay({"inspect", "web"}).out, HasSubstr(std::to_string(child.pid())));
}

TEST_F(Plays, AreListedWithWhatTheirFilesSay) {
  const Subprocess child = create_play("web", {"--uts", "--", "sleep", "1000"});
  const Json plays = listed_plays();
  ASSERT_EQ(plays.size(), 1U);
  const Json& play = plays.front();
  EXPECT_EQ(members_of(play),
            (Words{"name",
                   "pid",
                   "start_time",
                   "pidfd_inode",
                   "boot_id",
                   "created",
                   "command",
                   "namespaces"}));
  EXPECT_EQ(play.at("name"), "web");
  EXPECT_EQ(play.at("pid"), child.pid());
  EXPECT_EQ(play.at("start_time").dump(), stat_field(child.pid(), 22));
  EXPECT_EQ(play.at("command"), "sleep 1000");
  EXPECT_EQ(kinds_of(play.at("namespaces")), all_kinds());
  const std::string table = run_nsplay({"list", "--plays"}).out;
  EXPECT_THAT(table, HasSubstr("NAME"));
  EXPECT_THAT(table, HasSubstr("sleep 1000"));
}

TEST_F(Plays, AreInOrderOfTheirNames) {
  const Subprocess b = create_play("b");
  const Subprocess c = create_play("c");
  const Subprocess a = create_play("a");
  EXPECT_THAT(listed_names(), ElementsAre("a", "b", "c"));
}

TEST_F(Plays, AreKeptWhereNobodyElseLooks) {
  const Subprocess child = create_play("web");
  EXPECT_EQ(permissions_of(place().plays()), 0700U);
  EXPECT_EQ(permissions_of(place().file_of("web")), 0600U);
}

TEST_F(Plays, HaveTheirNameInTheJsonOfCreate) {
  const RunResult result = run_nsplay({"create", "-d", "--uts", "--name", "web", "--json"});
  const Json document = parse_json(result.out);
  const Subprocess child(document.at("pid").get<pid_t>());
  EXPECT_EQ(document.at("name"), "web");
}

TEST_F(Plays, HaveNamesOfTheirOwn) {
  const Subprocess child = create_play("web");
  EXPECT_TRUE(fails_with(run_nsplay({"create", "-d", "--uts", "--name", "web"}),
                         {125, "there is a play 'web' already", "nsplay stop web"}));
  EXPECT_THAT(children_of(::getpid()), ElementsAre(child.pid()));
}

TEST_F(Plays, GiveTheirNameBackWhenTheyEnd) {
  { const Subprocess first = create_play("web"); }
  EXPECT_THAT(listed_names(), IsEmpty());
  const Subprocess second = create_play("web");
  EXPECT_THAT(listed_names(), ElementsAre("web"));
}

TEST_F(Plays, GiveTheirNameBackBeforeTheyAreReaped) {
  const Subprocess first = create_play("web");
  first.send_signal(SIGKILL);
  ASSERT_TRUE(eventually([&] { return stat_field(first.pid(), 3) == "Z"; }));
  const Subprocess second = create_play("web");
  EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
}

TEST_F(Plays, InTheForegroundHaveTheirNameUntilTheEnd) {
  for (const Words& words : {Words{"create", "--uts", "--name", "web", "--", "cat"},
                             Words{"create", "--pid", "--name", "web", "--", "cat"},
                             Words{"create", "--uts", "--name", "web"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    RunningNsplay nsplay = start_nsplay(words);
    EXPECT_TRUE(eventually([] { return listed_names() == Words{"web"}; }));
    EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
    nsplay.finish();
    EXPECT_THAT(place().files(), IsEmpty());
  }
}

TEST_F(Plays, AreNotLeftWhenTheProgramCannotBeExecuted) {
  for (const char* option : {"--uts", "--pid", "--detach"}) {
    const RunResult result =
        run_nsplay({"create", option, "--uts", "--name", "web", "--", "/nowhere/program"});
    EXPECT_EQ(result.status, 127) << option << result;
    EXPECT_THAT(place().files(), IsEmpty()) << option;
  }
}

TEST_F(Plays, AreNotLeftWhenTheirPidCannotBeTold) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  for (const char* option : {"--detach", "--json"}) {
    EXPECT_EQ(run_nsplay({"create", "--uts", "--name", "web", option}, options).status, 125);
    EXPECT_THAT(place().files(), IsEmpty()) << option;
  }
}

TEST_F(Plays, AreStoppedTogether) {
  Subprocess a = create_play("a");
  Subprocess b = create_play("b", {"--pid", "--", "sleep", "1000"});
  Subprocess c = create_play("c");
  EXPECT_EQ(run_nsplay({"stop", "a", "play:b"}).status, 0);
  EXPECT_THAT(listed_names(), ElementsAre("c"));
  EXPECT_EQ(run_nsplay({"stop", "--all"}).status, 0);
  EXPECT_THAT(place().files(), IsEmpty());
  EXPECT_EQ(a.wait(), 0);
  EXPECT_EQ(b.wait(), 128 + SIGTERM);
  EXPECT_EQ(c.wait(), 0);
  EXPECT_EQ(run_nsplay({"stop", "--all"}).status, 0);
}

TEST_F(Plays, AreKilledWhenTheyDoNotObey) {
  // Pid 1 of a pid namespace gets no signal that it does not handle.
  Subprocess child = create_play("web", {"--pid", "--no-init", "--", "sleep", "1000"});
  const RunResult result = run_nsplay({"stop", "--timeout", "1s", "web"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "nsplay: note: 'web' did not end within 1 s of SIGTERM and was killed\n");
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
}

TEST_F(Plays, AreStoppedAlsoWhenTheyStandStill) {
  Subprocess child = create_play("web", {"--uts", "--", "sleep", "1000"});
  child.send_signal(SIGSTOP);
  EXPECT_EQ(child.wait_for_stop(), SIGSTOP);
  EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
  EXPECT_EQ(child.wait(), 128 + SIGTERM);
}

TEST_F(Plays, ThatThereAreNotAreSaidToBeMissing) {
  const ExpectedFailure missing{
      1, "there is no play 'web': No such process", "nsplay list --plays"};
  EXPECT_TRUE(fails_with(run_nsplay({"stop", "web"}), missing));
  EXPECT_EQ(run_nsplay({"inspect", "play:web"}).status, 1);
  EXPECT_THAT(run_nsplay({"inspect", "web"}).err, HasSubstr("nothing is called 'web'"));
  EXPECT_EQ(run_nsplay({"join", "web", "--", "true"}).status, 125);
  const Subprocess other = create_play("other", {"--uts"});
  EXPECT_TRUE(fails_with(run_nsplay({"stop", "web"}), missing));
}

TEST_F(Plays, OfANameThatIsCloseAreSuggested) {
  const Subprocess child = create_play("myplay", {"--uts"});
  for (const std::string target : {"play:mypaly", "mypaly"}) {
    EXPECT_THAT(run_nsplay({"inspect", target}).err,
                HasSubstr("\nhint: did you mean play:myplay?; "));
  }
  EXPECT_THAT(run_nsplay({"inspect", "mypaly"}).err,
              HasSubstr("looked at what runs, and in /run/netns, /var/lib/containers/storage, "));
}

TEST_F(Plays, OfTheSameNameAsANetworkNamespaceAreToldApartByRoot) {
  const Subprocess child = create_play("web", {"--net"});
  must(::mkdir("/run/netns", 0755) == 0, "mkdir");
  must(::mknod("/run/netns/web", S_IFREG | 0444, 0) == 0, "mknod");
  must(::mount("/proc/self/ns/net", "/run/netns/web", nullptr, MS_BIND, nullptr) == 0, "mount");
  const RunResult result = run_nsplay({"inspect", "web"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("'web' may be any of play:web, netns:web\n"));
  EXPECT_EQ(run_nsplay({"inspect", "play:web"}).status, 0);
  EXPECT_EQ(run_nsplay({"inspect", "netns:web"}).status, 0);
  EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
  EXPECT_THAT(run_nsplay({"inspect", "web"}).out, HasSubstr("net:["));
  must(::umount2("/run/netns/web", MNT_DETACH) == 0, "umount");
  for (const std::string target : {"netns:web", "web"}) {
    const RunResult stale = run_nsplay({"inspect", target});
    EXPECT_EQ(stale.status, 1) << stale;
    EXPECT_THAT(stale.err, HasSubstr("netns 'web' is no more (stale state in /run/netns/web)\n"));
  }
}

TEST_F(Plays, NeedNamesThatAreNames) {
  for (const char* name : {"", ".", "..", "a/b", "../x", "a b", "-x", "a:b"}) {
    const RunResult result = run_nsplay({"create", "-d", "--uts", "--name", name});
    EXPECT_EQ(result.status, 125) << name;
    EXPECT_THAT(result.err, HasSubstr("is not a name for a play")) << name;
  }
  EXPECT_EQ(run_nsplay({"stop", "a:b"}).status, 2);
}

TEST(Stop, SaysWhatItWants) {
  EXPECT_TRUE(
      fails_with(run_nsplay({"stop"}),
                 {2, "stop needs the NAME of a play, a FILE, or --all", "nsplay list --plays"}));
  EXPECT_TRUE(fails_with(run_nsplay({"stop", "--all", "web"}),
                         {2, "--all contradicts a NAME", "leave one of them out"}));
}

}  // namespace
}  // namespace nsplay::test
