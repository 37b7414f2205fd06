#include "nsplay/ops/forest.h"

#include <algorithm>
#include <utility>

namespace nsplay::ops {
namespace {

enum class Walk { unseen, on_this_walk, done };

/// From this item upwards, until there is no more or what was seen before. The item at which the
/// walk has come back to itself, if it has.
std::optional<std::size_t> walk_up(const Above& above, std::vector<Walk>& walks, std::size_t from) {
  std::optional<std::size_t> item = from;
  while (item && walks[*item] == Walk::unseen) {
    walks[*item] = Walk::on_this_walk;
    item = above[*item];
  }
  return item && walks[*item] == Walk::on_this_walk ? item : std::nullopt;
}

void end_walk(const Above& above, std::vector<Walk>& walks, std::size_t from) {
  std::optional<std::size_t> item = from;
  while (item && walks[*item] == Walk::on_this_walk) {
    walks[*item] = Walk::done;
    item = above[*item];
  }
}

std::size_t first_of_circle(const Above& above, std::size_t start) {
  std::size_t first = start;
  for (std::size_t item = *above[start]; item != start; item = *above[item]) {
    first = std::min(first, item);
  }
  return first;
}

std::vector<std::vector<std::size_t>> children_of(const Above& above) {
  std::vector<std::vector<std::size_t>> children(above.size());
  for (std::size_t item = 0; item < above.size(); ++item) {
    if (above[item]) {
      children[*above[item]].push_back(item);
    }
  }
  return children;
}

/// Every item behind the one that it hangs below.
std::vector<std::size_t> from_the_top(const Above& above) {
  const auto children = children_of(above);
  std::vector<std::size_t> order;
  order.reserve(above.size());
  for (std::size_t item = 0; item < above.size(); ++item) {
    if (!above[item]) {
      order.push_back(item);
    }
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& below = children[order[i]];
    order.insert(order.end(), below.begin(), below.end());
  }
  return order;
}

class Grower {
 public:
  Grower(const Above& above, const Marks& marks) : children_(children_of(above)), marks_(&marks) {}

  Forest grow(const Above& above) {
    for (std::size_t item = 0; item < above.size(); ++item) {
      if (!above[item]) {
        grow_tree(item);
      }
    }
    return std::move(forest_);
  }

 private:
  struct Waiting {
    std::size_t item;
    std::optional<std::size_t> node;  ///< that it hangs below
    std::size_t level;
  };

  void grow_tree(std::size_t root) {
    std::vector<Waiting> stack = {{root, std::nullopt, 1}};
    while (!stack.empty()) {
      const Waiting next = stack.back();
      stack.pop_back();
      if (!(*marks_)[next.item]) {
        continue;
      }
      const std::size_t node = add(next);
      const bool is_last_level = next.level >= most_tree_levels;
      const auto& below = children_[next.item];
      std::for_each(below.rbegin(), below.rend(), [&](std::size_t item) {
        stack.push_back({item, is_last_level ? next.node : node, next.level + 1});
      });
    }
  }

  std::size_t add(const Waiting& next) {
    const std::size_t node = forest_.nodes.size();
    forest_.nodes.push_back({next.item, {}});
    (next.node ? forest_.nodes[*next.node].children : forest_.roots).push_back(node);
    forest_.lifted += next.level > most_tree_levels ? 1 : 0;
    return node;
  }

  std::vector<std::vector<std::size_t>> children_;
  const Marks* marks_;
  Forest forest_;
};

}  // namespace

void cut_circles(Above& above) {
  std::vector<Walk> walks(above.size(), Walk::unseen);
  for (std::size_t item = 0; item < above.size(); ++item) {
    const auto start = walk_up(above, walks, item);
    end_walk(above, walks, item);
    if (start) {
      above[first_of_circle(above, *start)] = std::nullopt;
    }
  }
}

Marks with_all_below(const Above& above, const Marks& marks) {
  Marks all = marks;
  for (const std::size_t item : from_the_top(above)) {
    all[item] = all[item] || (above[item] && all[*above[item]]);
  }
  return all;
}

Marks with_all_above(const Above& above, const Marks& marks) {
  Marks all = marks;
  const std::vector<std::size_t> order = from_the_top(above);
  std::for_each(order.rbegin(), order.rend(), [&](std::size_t item) {
    if (all[item] && above[item]) {
      all[*above[item]] = true;
    }
  });
  return all;
}

Forest grow(const Above& above, const Marks& marks) {
  return Grower(above, marks).grow(above);
}

}  // namespace nsplay::ops
