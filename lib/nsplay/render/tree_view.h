#pragma once

// `nsplay tree` for people.

#include <cstddef>
#include <optional>
#include <string>

#include "nsplay/ops/tree.h"
#include "nsplay/render/style.h"

namespace nsplay::render {

/// Whether a long row of what is alike is shown as its first ones and how many more there are.
enum class Fold { no, yes };

struct TreeFormat {
  Charset charset = Charset::ascii;
  Fold fold = Fold::no;
  std::optional<std::size_t> width;  ///< to which lines are cut; empty: they are whole
};

/// A line per namespace, or process in one, below a heading. Text of processes is escaped; what is
/// not known is an empty cell.
std::string tree_text(const ops::TreeReport& report, const TreeFormat& format);

}  // namespace nsplay::render
