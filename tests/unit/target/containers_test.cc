#include "nsplay/target/containers.h"

#include <utility>

#include <gmock/gmock.h>

namespace nsplay::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<FoundContainer> found(const std::vector<std::pair<std::string, std::string>>& targets) {
  std::vector<FoundContainer> all;
  all.reserve(targets.size());
  for (const auto& [by_name, by_id] : targets) {
    all.push_back({by_name, by_id, {}});
  }
  return all;
}

TEST(Namesakes, AreToldApartByTheirIdsWhereTheirNamesAreTheSame) {
  EXPECT_THAT(targets_of(found({{"podman:web", "podman:ab"}, {"docker:web", "docker:cd"}})),
              ElementsAre("podman:web", "docker:web"));
  EXPECT_THAT(targets_of(found({{"podman:web", "podman:ab"}, {"podman:web", "podman:cd"}})),
              ElementsAre("podman:ab", "podman:cd"));
}

/// Anybody may run what looks like a keeper, with another's id.
TEST(Namesakes, AreToldApartByTheirPidsWhereTheirIdsAreTheSame) {
  auto all = found({{"podman:web", "podman:ab"}, {"podman:web", "podman:ab"}});
  all[0].process.pid = 4711;
  all[1].process.pid = 4712;
  EXPECT_THAT(targets_of(all), ElementsAre("4711 (podman:web)", "4712 (podman:web)"));
}

TEST(Namesakes, AreAllNamed) {
  const Error error = ambiguous_name("web", {"play:web", "podman:web"});
  EXPECT_EQ(error.trouble, Trouble::usage);
  EXPECT_EQ(error.message(), "'web' may be any of play:web, podman:web");
}

TEST(HintAfterASearch, NamesWhatIsClose) {
  ContainerSearch search;
  search.others = {"docker:database", "podman:webs", "k8s:shop/web/nginx"};
  EXPECT_EQ(hint_after("wbes", search), "did you mean podman:webs?");
  EXPECT_THAT(hint_after("nothing", search), IsEmpty());
}

TEST(HintAfterASearch, NamesWhatCouldNotBeRead) {
  ContainerSearch search;
  search.unreadable = {"/run/runc", "/run/crun"};
  search.broken = {Error::of(0, "/run/x:", "is not a status of crun")};
  EXPECT_EQ(hint_after("web", search),
            "you may not read /run/runc, /run/crun; root may; /run/x: is not a status of crun");
}

}  // namespace
}  // namespace nsplay::target
