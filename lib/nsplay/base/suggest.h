#pragma once

// "Did you mean": the known word that a mistyped one is closest to.

#include <string_view>
#include <vector>

namespace nsplay {

/// The candidate that the fewest insertions, deletions, substitutions and swaps of neighbours turn
/// `word` into; empty when even that one needs more than a third of the longer word's letters.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace nsplay
