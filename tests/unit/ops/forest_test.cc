#include "nsplay/ops/forest.h"

#include <cstddef>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::nullopt_t none = std::nullopt;

/// "0(1(2),3)": each item with what hangs below it.
std::string shown(const Forest& forest) {
  std::vector<std::string> texts(forest.nodes.size());
  const auto all = [&](const std::vector<std::size_t>& nodes) {
    std::vector<std::string> parts;
    parts.reserve(nodes.size());
    for (const std::size_t node : nodes) {
      parts.push_back(texts[node]);
    }
    return fmt::format("{}", fmt::join(parts, ","));
  };
  for (std::size_t i = forest.nodes.size(); i > 0; --i) {
    const ForestNode& node = forest.nodes[i - 1];
    const std::string below = all(node.children);
    texts[i - 1] =
        below.empty() ? std::to_string(node.item) : fmt::format("{}({})", node.item, below);
  }
  return all(forest.roots);
}

Marks all_of(const Above& above) {
  Marks marks(above.size());
  marks.flip();
  return marks;
}

/// Each item hangs below the one before.
Above chain(std::size_t length) {
  Above above(length);
  for (std::size_t i = 1; i < length; ++i) {
    above[i] = i - 1;
  }
  return above;
}

TEST(Forest, ShowsEachItemBelowItsOwnInTheirOrder) {
  const Above above = {none, 4, 0, none, 0, 4};
  const Forest forest = grow(above, all_of(above));
  EXPECT_EQ(shown(forest), "0(2,4(1,5)),3");
  std::vector<std::size_t> items;
  items.reserve(forest.nodes.size());
  for (const ForestNode& node : forest.nodes) {
    items.push_back(node.item);
  }
  EXPECT_THAT(items, ElementsAre(0, 2, 4, 1, 5, 3));
  EXPECT_EQ(forest.lifted, 0U);
}

TEST(Forest, OfNothingIsEmpty) {
  Above above;
  cut_circles(above);
  EXPECT_THAT(grow(above, {}).roots, IsEmpty());
}

TEST(Forest, LeavesOutWhatHasNoMark) {
  const Above above = {none, 0, 1, 0};
  EXPECT_EQ(shown(grow(above, {true, false, true, true})), "0(3)");
  EXPECT_EQ(shown(grow(above, {false, true, true, true})), "");
}

TEST(Forest, IsMarkedUpwardsAndDownwards) {
  const Above above = {none, 0, 1, 1, 0, none};
  EXPECT_EQ(with_all_above(above, {false, false, true, false, false, false}),
            (Marks{true, true, true, false, false, false}));
  EXPECT_EQ(with_all_below(above, {false, true, false, false, false, false}),
            (Marks{false, true, true, true, false, false}));
}

TEST(Forest, IsMarkedWhereItemsHangBelowLaterOnes) {
  const Above above = {1, 2, none};
  EXPECT_EQ(with_all_above(above, {true, false, false}), all_of(above));
  EXPECT_EQ(with_all_below(above, {false, false, true}), all_of(above));
}

TEST(Circle, IsCutAtItsFirstItem) {
  Above above = {4, 3, 1, 2, none, 1};
  cut_circles(above);
  EXPECT_THAT(above, ElementsAre(4, none, 1, 2, none, 1));
  above = {0, none};
  cut_circles(above);
  EXPECT_THAT(above, Each(none));
}

TEST(Circle, IsFoundFromWhateverHangsBelowIt) {
  Above above = {3, 0, 3, 2};
  cut_circles(above);
  EXPECT_THAT(above, ElementsAre(3, 0, none, 2));
  EXPECT_EQ(shown(grow(above, all_of(above))), "2(3(0(1)))");
}

TEST(Circle, OfEveryItemLeavesOneTree) {
  Above above = chain(10000);
  above.front() = above.size() - 1;
  cut_circles(above);
  EXPECT_EQ(above, chain(10000));
}

TEST(Forest, HasNoMoreThanSoManyLevels) {
  const Above above = chain(200000);
  const Forest forest = grow(above, with_all_above(above, all_of(above)));
  EXPECT_THAT(forest.nodes, SizeIs(above.size()));
  EXPECT_EQ(forest.lifted, above.size() - most_tree_levels);
  std::size_t levels = 0;
  for (std::size_t node = forest.roots.front(); !forest.nodes[node].children.empty();
       node = forest.nodes[node].children.front()) {
    ++levels;
  }
  EXPECT_EQ(levels + 1, most_tree_levels);
  const ForestNode& last = forest.nodes[most_tree_levels - 2];
  EXPECT_THAT(last.children, SizeIs(above.size() - most_tree_levels + 1));
}

TEST(Forest, OfJustSoManyLevelsIsAsItIs) {
  const Above above = chain(most_tree_levels);
  const Forest forest = grow(above, all_of(above));
  EXPECT_EQ(forest.lifted, 0U);
  EXPECT_THAT(forest.nodes[most_tree_levels - 2].children, ElementsAre(most_tree_levels - 1));
}

}  // namespace
}  // namespace nsplay::ops
