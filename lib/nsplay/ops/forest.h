#pragma once

// Trees made of who hangs below whom, without recursion: what is hung there may come from processes
// that want to break it. Pure; items are numbers, and an item that stands first is shown first.

#include <cstddef>
#include <optional>
#include <vector>

namespace nsplay::ops {

/// For each item: which one it hangs below; empty for a root.
using Above = std::vector<std::optional<std::size_t>>;

/// One truth value per item.
using Marks = std::vector<bool>;

/// No tree has more: jq(1) reads some 80 levels. User and pid namespaces have 33 at most.
inline constexpr std::size_t most_tree_levels = 64;

/// Where an item that goes around in a circle hangs, the first one of the circle becomes a root.
void cut_circles(Above& above);

/// All that hangs, at whatever depth, below an item that has the mark gets it too. No circles.
Marks with_all_below(const Above& above, const Marks& marks);

/// All that an item with the mark hangs below gets it too. No circles.
Marks with_all_above(const Above& above, const Marks& marks);

struct ForestNode {
  std::size_t item = 0;
  std::vector<std::size_t> children;  ///< nodes, all of which stand behind this one
};

struct Forest {
  std::vector<ForestNode> nodes;  ///< in the order in which they are shown
  std::vector<std::size_t> roots;
  std::size_t lifted = 0;  ///< nodes that lie below the last level, and are shown on it
};

/// The trees of those that are marked, whatever hangs above which is marked too. No circles.
Forest grow(const Above& above, const Marks& marks);

}  // namespace nsplay::ops
