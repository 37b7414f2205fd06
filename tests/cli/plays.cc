#include "cli/plays.h"

namespace nsplay::test {

Subprocess create_play(const std::string& name, const Words& options) {
  Words words = {"--name", name};
  words.insert(words.end(), options.begin(), options.end());
  return create_detached(words);
}

Json listed_plays() {
  const RunResult result = run_nsplay({"list", "--plays", "--json"});
  EXPECT_EQ(result.status, 0) << result;
  Json document = parse_json(result.out);
  EXPECT_EQ(members_of(document), (Words{"schema", "plays"}));
  EXPECT_EQ(document.at("schema"), "nsplay.plays/1");
  return document.at("plays");
}

Words listed_names() {
  Words names;
  for (const Json& play : listed_plays()) {
    names.push_back(play.at("name"));
  }
  return names;
}

}  // namespace nsplay::test
