// The hidden command that the completions of the shells ask.

#include <sys/stat.h>

#include <fstream>

#include "cli/plays.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Complete = PlaysTest;
using ns::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

/// The lines that are printed; what is sought, then the word.
Words offered(const std::string& sought, const std::string& word) {
  const RunResult result = run_nsplay({"complete", sought, "--", word});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(result.err, "");
  Words lines;
  std::istringstream text(result.out);
  for (std::string line; std::getline(text, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// The same without their descriptions.
Words offered_words(const std::string& sought, const std::string& word) {
  Words words = offered(sought, word);
  for (std::string& line : words) {
    line.erase(line.find('\t'));
  }
  return words;
}

/// A process with this among its arguments, which it has when the constructor returns.
class ProcessWithArgument {
 public:
  explicit ProcessWithArgument(const std::string& argument) {
    PipeEnds out = open_pipe();
    process_ = Subprocess(
        {"/bin/sh", "-c", "echo; kill -STOP $$", argument}, {}, {.out = out.write_end.get()});
    out.write_end.reset();
    PipeReader(std::move(out.read_end)).read_line();
  }

  [[nodiscard]] std::string pid() const { return std::to_string(process_.pid()); }

 private:
  Subprocess process_;
};

TEST_F(Complete, IsNeitherListedNorSuggested) {
  EXPECT_THAT(run_nsplay({"help"}).out, Not(HasSubstr("complete")));
  EXPECT_TRUE(fails_with(run_nsplay({"completex"}),
                         {2, "unknown command 'completex'", "see 'nsplay --help'"}));
}

TEST_F(Complete, OffersAPlayByItsName) {
  const Subprocess play = create_play("web");
  const std::string line = "\tplay, pid " + std::to_string(play.pid());
  EXPECT_THAT(offered("target", ""), testing::Contains("web" + line));
  EXPECT_THAT(offered("target", "we"), ElementsAre("web" + line));
  EXPECT_THAT(offered("target", "play:w"), ElementsAre("play:web" + line));
  EXPECT_THAT(offered("play", ""), ElementsAre("web" + line));
  EXPECT_THAT(offered("target", "podman:w"), IsEmpty());
}

TEST_F(Complete, OffersAPlayThatLooksLikeSomethingElseByBothParts) {
  const Subprocess number = create_play("4711");
  const Subprocess self = create_play("self");
  EXPECT_THAT(offered_words("target", "play:"), ElementsAre("play:4711", "play:self"));
  EXPECT_THAT(offered_words("target", "self"), ElementsAre("self"));
  EXPECT_THAT(offered("target", "self"), ElementsAre("self\tnsplay itself"));
  EXPECT_THAT(offered_words("target", ""), IsSupersetOf({"play:4711", "play:self"}));
  EXPECT_THAT(offered_words("play", ""), ElementsAre("4711", "self"));
}

TEST_F(Complete, OffersProcessesWithTheirCommands) {
  const ProcessWithArgument process("argument");
  const std::string line = process.pid() + "\t/bin/sh -c echo; kill -STOP $$ argument";
  EXPECT_THAT(offered("target", process.pid()), testing::Contains(line));
  EXPECT_THAT(offered("process", process.pid()), testing::Contains(line));
  EXPECT_THAT(offered("process", ""), testing::Contains(line));
  EXPECT_THAT(offered("process", process.pid() + "x"), IsEmpty());
  EXPECT_THAT(offered("play", process.pid()), IsEmpty());
}

/// Other pids may begin with the same digits.
std::string description_of(const ProcessWithArgument& process) {
  for (const std::string& line : offered("process", process.pid())) {
    if (line.starts_with(process.pid() + "\t")) {
      return line.substr(process.pid().size() + 1);
    }
  }
  ADD_FAILURE() << "process " << process.pid() << " is not offered";
  return {};
}

TEST_F(Complete, ShowsWhatAProcessCallsItselfInOneHarmlessLine) {
  const ProcessWithArgument process("\t\n\x1b[2J\xff" + std::string(9000, 'x'));
  EXPECT_EQ(description_of(process),
            "/bin/sh -c echo; kill -STOP $$ \\t\\n\\x1b[2J\\xffxxxxxxxxxxxxxx");
}

TEST_F(Complete, CutsADescriptionBetweenCharacters) {
  std::string argument;
  for (int i = 0; i < 12; ++i) {
    argument += "\u20ac";
  }
  const ProcessWithArgument process(argument);
  EXPECT_EQ(description_of(process), "/bin/sh -c echo; kill -STOP $$ " + argument.substr(0, 27));
}

TEST_F(Complete, OffersNamespacesOfAKindWithAProcessThere) {
  const ChildInNamespaces child(with_privilege_for({Kind::uts}));
  const std::string name = "uts:" + std::to_string(namespace_inode(child.pid(), Kind::uts));
  EXPECT_THAT(offered_words("namespace", "uts:"), testing::Contains(name));
  EXPECT_THAT(offered_words("target", name), ElementsAre(name));
  EXPECT_THAT(offered_words("namespace", "u"), ElementsAre("user:", "uts:"));
  EXPECT_THAT(offered_words("namespace", "").size(), ns::kind_count);
  EXPECT_THAT(offered_words("target", "ut"), ElementsAre("uts:"));
}

TEST_F(Complete, LeavesFilesToTheShell) {
  EXPECT_THAT(offered("target", "/run/"), IsEmpty());
  EXPECT_THAT(offered("target", "./x"), IsEmpty());
}

void add_netns(const std::string& name) {
  ::mkdir("/run/netns", 0755);
  std::ofstream("/run/netns/" + name) << "";
}

TEST_F(Complete, OffersNetworkNamespacesThatNoShellTakesForAnythingElseByRoot) {
  REQUIRE_ROOT();
  for (const char* name : {"blue",
                           "a b",
                           "$(id)",
                           "`id`",
                           "x'y",
                           "a\nself\t",
                           "~root",
                           "a=b",
                           "-x",
                           "a*",
                           "a;b",
                           "\u20ac",
                           "a\\b",
                           "#",
                           "!!"}) {
    add_netns(name);
  }
  EXPECT_THAT(offered("target", "netns:"),
              ElementsAre("netns:-x\tnetwork namespace", "netns:blue\tnetwork namespace"));
  EXPECT_THAT(offered_words("target", "blu"), ElementsAre("blue"));
  EXPECT_THAT(offered_words("target", "-"), IsEmpty());
  EXPECT_THAT(offered_words("target", ""),
              testing::AllOf(testing::Contains("netns:blue"), Not(testing::Contains("blue"))));
}

TEST_F(Complete, OffersANameThatTwoHaveWithWhatTellsThemApartByRoot) {
  REQUIRE_ROOT();
  const Subprocess play = create_play("web");
  add_netns("web");
  EXPECT_THAT(offered_words("target", "web"), IsEmpty());
  EXPECT_THAT(offered_words("target", ""), IsSupersetOf({"play:web", "netns:web"}));
}

TEST_F(Complete, SaysNothingWhereNothingCanBePrinted) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  const RunResult result = run_nsplay({"complete", "target"}, options);
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "");
}

TEST_F(Complete, DemandsWhatIsSought) {
  EXPECT_EQ(run_nsplay({"complete"}).status, 2);
  EXPECT_EQ(run_nsplay({"complete", "target", "a", "b"}).status, 2);
  EXPECT_TRUE(fails_with(run_nsplay({"complete", "pid"}), {2, "complete knows no 'pid'", ""}));
}

}  // namespace
}  // namespace nsplay::test
