// Registers of plays that are not as nsplay left them.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "cli/plays.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using HostilePlays = PlaysTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// The play's file as it is, with one member changed.
void change_member(const std::string& path, const std::string& name, const Json& value) {
  Json json = parse_json(text_of(path));
  json[name] = value;
  write_file(path, json.dump());
}

class ForgedPlays : public HostilePlays {
 protected:
  void expect_that_it_counts_as_gone(const Subprocess& child) {
    const RunResult result = run_nsplay({"stop", "web"});
    EXPECT_EQ(result.status, 1) << result;
    EXPECT_THAT(result.err, HasSubstr("the play 'web' has ended already"));
    EXPECT_EQ(::kill(child.pid(), 0), 0);
    EXPECT_NE(stat_field(child.pid(), 3), "Z");
    EXPECT_THAT(place().files(), IsEmpty());
  }
};

TEST_F(ForgedPlays, WhosePidAnotherProcessHasAreNeverSignalled) {
  REQUIRE_KERNEL_FEATURE(pidfd_inode);
  const Subprocess child = create_play("web");
  change_member(place().file_of("web"), "pidfd_inode", 1);
  EXPECT_EQ(run_nsplay({"inspect", "play:web"}).status, 1);
  expect_that_it_counts_as_gone(child);
}

TEST_F(ForgedPlays, WithAnotherStartTimeAreNeverSignalledWhereThereIsNoInode) {
  const Subprocess child = create_play("web");
  change_member(place().file_of("web"), "pidfd_inode", nullptr);
  EXPECT_EQ(run_nsplay({"inspect", "play:web"}).status, 0);
  change_member(place().file_of("web"), "start_time", 1);
  expect_that_it_counts_as_gone(child);
}

TEST_F(ForgedPlays, OfAnotherBootAreNeverSignalled) {
  const Subprocess child = create_play("web");
  change_member(place().file_of("web"), "boot_id", "b");
  expect_that_it_counts_as_gone(child);
}

TEST_F(HostilePlays, OfAnotherPidNamespaceAreLeftAlone) {
  const Subprocess child = create_play("web");
  change_member(place().file_of("web"), "pid_namespace", 1);
  EXPECT_THAT(listed_names(), IsEmpty());
  const std::string cure =
      "it is of pid:[1]: 'nsplay stop web' ends it there; if nobody is there any more: rm " +
      place().file_of("web");
  EXPECT_TRUE(fails_with(run_nsplay({"stop", "web"}),
                         {1, "the play 'web' was made in another pid namespace", cure}));
  EXPECT_THAT(run_nsplay({"inspect", "play:web"}).err, HasSubstr(cure));
  const RunResult result = run_nsplay({"create", "-d", "--uts", "--name", "web"});
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, HasSubstr("there is a play 'web' already"));
  EXPECT_THAT(result.err, HasSubstr("hint: take another name; " + cure));
  EXPECT_THAT(place().files(), testing::Not(testing::IsEmpty()));
}

TEST_F(HostilePlays, ThatAreNoneAreSkippedNamedAndRemovedByStop) {
  const Subprocess child = create_play("good");
  for (const std::string text : {"", "{}", "\x1b[31m", "[[[[", R"({"schema":"nsplay.play/9"})"}) {
    write_file(place().file_of("bad"), text);
    const RunResult list = run_nsplay({"list", "--plays"});
    EXPECT_EQ(list.status, 0);
    EXPECT_THAT(list.err, HasSubstr("bad.json"));
    EXPECT_TRUE(is_harmless(list.err));
    EXPECT_EQ(run_nsplay({"stop", "bad"}).status, 1);
    EXPECT_THAT(listed_names(), ElementsAre("good"));
    EXPECT_NE(::access(place().file_of("bad").c_str(), F_OK), 0);
  }
}

TEST_F(HostilePlays, ThatAreNoneAreReplacedWithANote) {
  must(::mkdir(place().plays().c_str(), 0700) == 0, "mkdir");
  for (const std::string text : {"", "{}", "\x1b[31m", R"({"schema":"nsplay.play/9","pid":1})"}) {
    write_file(place().file_of("web"), text);
    const RunResult result = run_nsplay({"create", "-d", "--uts", "--name", "web"});
    const Subprocess child(leading_pid(result.out));
    EXPECT_THAT(result.err, HasSubstr("nsplay: note: replaced a file that is no play's: "));
    EXPECT_THAT(result.err, HasSubstr("web.json"));
    EXPECT_TRUE(is_harmless(result.err));
    EXPECT_THAT(listed_names(), ElementsAre("web"));
    EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
  }
}

TEST_F(HostilePlays, OfALaterNsplayKeepTheirNameWhileTheyLive) {
  Subprocess child = create_play("web");
  change_member(place().file_of("web"), "schema", "nsplay.play/9");
  const std::string file = text_of(place().file_of("web"));
  EXPECT_TRUE(fails_with(run_nsplay({"create", "-d", "--uts", "--name", "web"}),
                         {125, "there is a play 'web' already", std::to_string(child.pid())}));
  EXPECT_EQ(text_of(place().file_of("web")), file);
  child.end();
  const Subprocess next = create_play("web");
  EXPECT_THAT(listed_names(), ElementsAre("web"));
}

TEST_F(HostilePlays, ThatAreNoRegularFilesAreNotRead) {
  const Subprocess child = create_play("good");
  must(::mkfifo(place().file_of("fifo").c_str(), 0600) == 0, "mkfifo");
  must(::symlink("good.json", place().file_of("link").c_str()) == 0, "symlink");
  must(::symlink("/dev/zero", place().file_of("zero").c_str()) == 0, "symlink");
  EXPECT_THAT(listed_names(), ElementsAre("good"));
  EXPECT_EQ(run_nsplay({"inspect", "play:link"}).status, 2);
  EXPECT_EQ(run_nsplay({"inspect", "play:fifo"}).status, 2);
}

/// What puts such a file where a play's would be, by the text that tells of it. A link leads to the
/// file "kept" beside it.
const std::map<std::string, std::function<void(const std::string& path)>>& makers_of_no_plays() {
  static const std::map<std::string, std::function<void(const std::string& path)>> makers = {
      {"is a symbolic link",
       [](const std::string& path) { must(::symlink("kept", path.c_str()) == 0, "symlink"); }},
      {"has more than 65536 bytes",
       [](const std::string& path) { write_file(path, std::string(200'000, '{')); }},
      {"is not a regular file",
       [](const std::string& path) { must(::mkfifo(path.c_str(), 0600) == 0, "mkfifo"); }},
  };
  return makers;
}

TEST_F(HostilePlays, ThatCannotBeReadAreRemovedByStop) {
  must(::mkdir(place().plays().c_str(), 0700) == 0, "mkdir");
  const std::string kept = place().plays() + "/kept";
  write_file(kept, "text");
  for (const auto& [text, make] : makers_of_no_plays()) {
    make(place().file_of("a"));
    EXPECT_TRUE(fails_with(run_nsplay({"stop", "a"}),
                           {1, place().file_of("a") + " " + text, "the file is removed"}));
    EXPECT_THAT(place().files(), ElementsAre("kept"));
  }
  EXPECT_EQ(text_of(kept), "text");
}

TEST_F(HostilePlays, ThatCannotBeReadAreReplacedWithANote) {
  must(::mkdir(place().plays().c_str(), 0700) == 0, "mkdir");
  const std::string kept = place().plays() + "/kept";
  write_file(kept, "text");
  for (const auto& [text, make] : makers_of_no_plays()) {
    make(place().file_of("a"));
    const RunResult result = run_nsplay({"create", "-d", "--uts", "--name", "a"});
    const Subprocess child(leading_pid(result.out));
    EXPECT_EQ(result.status, 0) << result;
    EXPECT_THAT(result.err,
                HasSubstr("nsplay: note: replaced a file that is no play's: " +
                          place().file_of("a") + " " + text));
    EXPECT_THAT(listed_names(), ElementsAre("a"));
    EXPECT_EQ(run_nsplay({"stop", "a"}).status, 0);
  }
  EXPECT_EQ(text_of(kept), "text");
}

TEST_F(HostilePlays, ThatAreDirectoriesStayAndTheCureIsSaid) {
  must(::mkdir(place().plays().c_str(), 0700) == 0, "mkdir");
  const std::string file = place().file_of("c");
  must(::mkdir(file.c_str(), 0700) == 0, "mkdir");
  const std::string cure = "see what is in it, then: rm -r " + file;
  const RunResult created = run_nsplay({"create", "-d", "--uts", "--name", "c"});
  EXPECT_EQ(created.status, 125);
  EXPECT_THAT(created.err, HasSubstr("read " + file + ": Is a directory"));
  EXPECT_THAT(created.err, HasSubstr(cure));
  EXPECT_TRUE(
      fails_with(run_nsplay({"stop", "c"}), {2, "read " + file + ": Is a directory", cure}));
  EXPECT_THAT(place().files(), ElementsAre("c.json"));
  EXPECT_THAT(children_of(::getpid()), IsEmpty());
}

TEST_F(HostilePlays, WithADirectoryWhereTheirFilesAreWrittenAreNotMade) {
  must(::mkdir(place().plays().c_str(), 0700) == 0, "mkdir");
  must(::mkdir((place().plays() + "/.new").c_str(), 0700) == 0, "mkdir");
  const RunResult created = run_nsplay({"create", "-d", "--uts", "--name", "c"});
  EXPECT_EQ(created.status, 125);
  EXPECT_THAT(created.err, HasSubstr("rm -r " + place().plays() + "/.new"));
  EXPECT_THAT(place().files(), ElementsAre(".new"));
}

TEST_F(HostilePlays, UnderAnotherNameThanTheirFilesAreNone) {
  const Subprocess child = create_play("web");
  write_file(place().file_of("other"), text_of(place().file_of("web")));
  EXPECT_THAT(listed_names(), ElementsAre("web"));
  EXPECT_THAT(run_nsplay({"inspect", "play:other"}).err, HasSubstr("holds a play of another name"));
}

TEST_F(HostilePlays, AreNotMadeInADirectoryThatOthersMayEnter) {
  must(::mkdir(place().plays().c_str(), 0700) == 0, "mkdir");
  must(::chmod(place().plays().c_str(), 0750) == 0, "chmod");
  for (const Words& words : {Words{"create", "-d", "--uts", "--name", "web"},
                             Words{"list", "--plays"},
                             Words{"stop", "web"}}) {
    EXPECT_THAT(run_nsplay(words).err, HasSubstr("is open to others")) << words.front();
  }
}

TEST_F(HostilePlays, AreNotMadeWhereALinkLeads) {
  const TemporaryDirectory elsewhere;
  must(::symlink(elsewhere.path().c_str(), place().plays().c_str()) == 0, "symlink");
  EXPECT_EQ(run_nsplay({"create", "-d", "--uts", "--name", "web"}).status, 125);
  EXPECT_THAT(children_of(::getpid()), IsEmpty());
  must(::unlink(place().plays().c_str()) == 0, "unlink");
}

TEST_F(HostilePlays, AreNotMadeInTheDirectoryOfAnotherByRoot) {
  must(::mkdir(place().plays().c_str(), 0700) == 0, "mkdir");
  must(::chown(place().plays().c_str(), 65534, 65534) == 0, "chown");
  EXPECT_THAT(run_nsplay({"create", "-d", "--uts", "--name", "web"}).err,
              HasSubstr("belongs to uid 65534, not to you"));
}

TEST_F(HostilePlays, OfAnOrdinaryUserNeedADirectoryOfHisByRoot) {
  RunOptions options;
  options.as = RunAs::nobody;
  options.environment = {{"XDG_RUNTIME_DIR", std::nullopt}};
  const Words words = {"create", "-d", "--uts", "--name", "web"};
  EXPECT_THAT(run_nsplay(words, options).err, HasSubstr("set XDG_RUNTIME_DIR to a directory"));
  options.environment = {{"XDG_RUNTIME_DIR", "/run"}};
  EXPECT_THAT(run_nsplay(words, options).err, HasSubstr("/run: it is uid 0's"));
  EXPECT_EQ(run_nsplay({"list", "--plays"}, options).status, 0);
}

}  // namespace
}  // namespace nsplay::test
