#pragma once

// The expressions that choose rows of a table: the language of scols-filter(5), which lsns(8) and
// lsblk(8) have.
//
//   TYPE == "net" && (NPROCS > 1 || COMMAND =~ "^nginx")
//
// It differs from libsmartcols 2.41 where that would surprise: && binds stronger than ||, as the
// manual page says; keywords may be in any case, numbers negative; blanks in strings count; of
// `a < b < c` and `!a == b`, which mean `(a < b) < c` and `(!a) == b` there, it demands the
// parentheses; a name that is no column and a number that does not fit are errors.

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/render/cell.h"

namespace nsplay::render {

struct FilterNode;

class Filter {
 public:
  /// `columns`: the names that may be used, in any case. A text of blanks accepts every row. Usage
  /// error: anything else that is no expression, one of more than 10,000 bytes or 100 levels.
  static Result<Filter> parse(std::string_view text, const std::vector<std::string_view>& columns);

  /// The indices into `columns` of those that the expression uses, each once, as they come.
  [[nodiscard]] const std::vector<std::size_t>& used_columns() const noexcept;

  /// `value_of(index)` gives the row's value in that column; only columns that decide are asked
  /// for.
  [[nodiscard]] bool accepts(const std::function<CellValue(std::size_t)>& value_of) const;

 private:
  Filter() = default;

  std::shared_ptr<const FilterNode> root_;  ///< nullptr: no condition
  std::vector<std::size_t> used_columns_;
};

}  // namespace nsplay::render
