// `nsplay ps`, and in which container or play the other commands say that a process is.

#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/json_shape.h"
#include "cli/plays.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::Contains;
using testing::HasSubstr;

using Ps = PlaysTest;
using ContainerOfAProcess = PlaysTest;

/// The container of this process in `nsplay ps`; null when there is none.
Json find_container(pid_t pid) {
  const RunResult result = run_nsplay({"ps", "--json"});
  EXPECT_EQ(result.status, 0) << result;
  const Json document = parse_json(result.out);
  EXPECT_EQ(members_of(document), (Words{"schema", "containers", "unreadable", "broken"}));
  EXPECT_EQ(document.at("schema"), "nsplay.ps/1");
  const Json& all = document.at("containers");
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Json& one) { return one.at("pid") == pid; });
  return found == all.end() ? Json() : *found;
}

Json container_of_target(const std::string& target) {
  return parse_json(run_nsplay({"inspect", target, "--json"}).out).at("target").at("container");
}

/// Every nsplay of the machine sees the keeper: no other test's play or container is called so.
std::string kept_name() {
  return "kept" + std::to_string(::getpid());
}

constexpr const char* kept_id = "3f2a";

/// A process that looks like conmon(8) of a container with this name, and its only child, which is
/// in uts and pid namespaces of its own.
class FakeKeeper {
 public:
  explicit FakeKeeper(const std::string& name) {
    const Words program = inside("keep", {"-c", kept_id, "-n", name});
    const std::string conmon = directory_.path() + "/conmon";
    must(::symlink(program.front().c_str(), conmon.c_str()) == 0, "symlink");
    Words words{conmon};
    words.insert(words.end(), program.begin() + 1, program.end());
    process_ = Subprocess(words, {}, {});
    EXPECT_TRUE(eventually([&] {
      const auto children = children_of(process_.pid());
      container_ = children.size() == 1 ? children.front() : 0;
      // Of one that has ended meanwhile there is no link.
      const std::string link = container_ == 0 ? "" : namespace_link(container_, Kind::pid);
      return !link.empty() && link != namespace_link(::getpid(), Kind::pid);
    }));
  }

  [[nodiscard]] pid_t container() const { return container_; }

 private:
  TemporaryDirectory directory_;
  Subprocess process_;
  pid_t container_ = 0;
};

TEST_F(Ps, ShowsAPlayWithItsOwnNamespacesAndThoseOfTheMachine) {
  const Subprocess play = create_play("web");
  const Json shown = find_container(play.pid());
  ASSERT_TRUE(shown.is_object());
  EXPECT_EQ(members_of(shown),
            (Words{"engine", "name", "id", "pid", "uid", "user", "command", "own", "shared"}));
  EXPECT_EQ(shown.at("engine"), "play");
  EXPECT_EQ(shown.at("name"), "web");
  EXPECT_TRUE(shown.at("id").is_null());
  EXPECT_EQ(shown.at("uid"), ::geteuid());
  EXPECT_THAT(shown.at("own").get<Words>(), Contains("uts"));
  const Json net = {{"kind", "net"}, {"with", {"host"}}};
  EXPECT_THAT(shown.at("shared").get<std::vector<Json>>(), Contains(net));
  EXPECT_THAT(run_nsplay({"ps"}).out, testing::ContainsRegex("\nplay +web "));
}

TEST_F(Ps, ShowsNoPlayThatHasEnded) {
  Subprocess play = create_play("web");
  const pid_t pid = play.pid();
  play.end();
  EXPECT_TRUE(find_container(pid).is_null());
}

TEST_F(Ps, ShowsAContainerByItsKeeper) {
  const std::string name = kept_name();
  const FakeKeeper keeper(name);
  const Json shown = find_container(keeper.container());
  ASSERT_TRUE(shown.is_object());
  EXPECT_EQ(shown.at("engine"), "podman");
  EXPECT_EQ(shown.at("name"), name);
  EXPECT_EQ(shown.at("id"), kept_id);
  EXPECT_THAT(shown.at("own").get<Words>(), Contains("uts"));
}

TEST_F(Ps, TakesNothingButItsOptions) {
  EXPECT_EQ(run_nsplay({"ps", "web"}).status, 2);
  const RunResult meant = run_nsplay({"pss"});
  EXPECT_EQ(meant.status, 2);
  EXPECT_THAT(meant.err, HasSubstr("did you mean 'ps'?"));
}

TEST_F(ContainerOfAProcess, IsThePlayThatItComesFrom) {
  const Subprocess play = create_play("web");
  const Json expected = {{"engine", "play"}, {"name", "web"}, {"id", nullptr}};
  EXPECT_EQ(container_of_target("play:web"), expected);
  EXPECT_THAT(run_nsplay({"inspect", "play:web"}).out, HasSubstr("\ncontainer  play:web\n"));
}

TEST_F(ContainerOfAProcess, IsSaidByInspectListTreeAndHolders) {
  const std::string name = kept_name();
  const FakeKeeper keeper(name);
  const std::string pid = std::to_string(keeper.container());
  const Json expected = {{"engine", "podman"}, {"name", name}, {"id", kept_id}};
  EXPECT_EQ(container_of_target(pid), expected);
  const Json listed = parse_json(run_nsplay({"list", "-p", pid, "-t", "uts", "--json"}).out);
  EXPECT_EQ(listed.at("namespaces").at(0).at("container"), expected);
  EXPECT_EQ(listed.at("namespaces").at(0).at("name"), "podman:" + name);
  EXPECT_THAT(run_nsplay({"list", "-p", pid, "-t", "uts", "-n"}).out,
              HasSubstr("  podman:" + name + "  "));
  EXPECT_THAT(run_nsplay({"tree", pid, "-t", "uts"}).out, HasSubstr("  podman:" + name + "  "));
  EXPECT_THAT(run_nsplay({"holders", pid, "--uts", "--noheadings"}).out,
              HasSubstr("  podman:" + name + "  "));
}

/// Whose namespaces the caller is in too, is no container's.
TEST_F(ContainerOfAProcess, DoesNotGiveItsNameToTheNamespacesOfTheMachine) {
  const FakeKeeper keeper(kept_name());
  const std::string pid = std::to_string(keeper.container());
  const Json listed = parse_json(run_nsplay({"list", "-p", pid, "-t", "ipc", "--json"}).out);
  EXPECT_TRUE(listed.at("namespaces").at(0).at("container").is_null());
}

TEST_F(ContainerOfAProcess, IsNoneOfAnyOther) {
  const ChildInNamespaces other(with_privilege_for({Kind::uts}));
  EXPECT_TRUE(container_of_target(other.expression()).is_null());
}

TEST_F(ContainerOfAProcess, IsHarmlessWhateverItIsCalled) {
  const FakeKeeper keeper(
      "w\x1b[2J\n\xc2\x9b"
      "b");
  const std::string pid = std::to_string(keeper.container());
  for (const Words& words : {Words{"ps"},
                             Words{"ps", "--json"},
                             Words{"inspect", pid},
                             Words{"list"},
                             Words{"tree", pid},
                             Words{"holders", pid, "--uts"}}) {
    const RunResult result = run_nsplay(words);
    EXPECT_EQ(result.status, 0) << result;
    EXPECT_TRUE(is_harmless(result.out)) << words.front();
    EXPECT_THAT(result.out, HasSubstr("[2J")) << words.front();
  }
}

}  // namespace
}  // namespace nsplay::test
