#pragma once

// Columns that are as wide as their widest cell.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nsplay::render {

using Row = std::vector<std::string>;

enum class Align { left, right };
enum class Cut { no, yes };

struct TableColumn {
  Align align = Align::left;
  Cut cut = Cut::no;  ///< whether its cells may be cut where lines are too long
};

struct TableForm {
  std::vector<TableColumn> columns;      ///< those that are not among them are as by default
  std::optional<std::size_t> width;      ///< that lines should not exceed
  std::string_view ellipsis = "\u2026";  ///< what stands where a cell was cut
};

/// How many columns a text takes: its code points are counted.
std::size_t width_of(std::string_view text);

/// The text, or as much of its beginning as there is room for before the ellipsis.
std::string cut_to(std::string_view text, std::size_t width, std::string_view ellipsis);

/// One line per row, two blanks between columns, none at the end. Cells have to be harmless to
/// print (escape_for_terminal); their width is counted in code points. Lines that are too long
/// lose what they can: the last column that may be cut first, and none below eight code points.
std::string table(const std::vector<Row>& rows, const TableForm& form = {});

}  // namespace nsplay::render
