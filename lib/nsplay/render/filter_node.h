#pragma once

// What a filter expression says, as a tree, and what it says of a row.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nsplay/base/pattern.h"
#include "nsplay/render/filter.h"

namespace nsplay::render {

enum class FilterOperation {
  column,
  literal,
  negation,
  all,
  any,
  equal,
  unequal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  match,
  mismatch,
};

using FilterNumber = std::variant<std::int64_t, std::uint64_t, long double>;

/// monostate: a column in which the row has nothing.
using FilterValue =
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, long double, std::string>;

struct FilterNode {
  FilterOperation operation = FilterOperation::literal;
  std::vector<FilterNode> operands;  ///< any number for all and any, so that `a && b && …` is flat
  FilterValue literal;
  std::size_t column = 0;
  std::optional<Pattern> pattern;  ///< of match and mismatch
};

/// The number that `text` is: "42", "-1", "0.5"; nothing when it is none or out of range.
std::optional<FilterNumber> parse_filter_number(std::string_view text);

/// Whether the row with these values is as `node` says. As deep in the stack as the tree is.
bool holds(const FilterNode& node, const std::function<CellValue(std::size_t)>& value_of);

}  // namespace nsplay::render
