#pragma once

// Columns that are as wide as their widest cell.

#include <string>
#include <vector>

namespace nsplay::render {

using Row = std::vector<std::string>;

/// One line per row, two blanks between columns, none at the end. Cells have to be harmless to
/// print (escape_for_terminal); their width is counted in code points.
std::string table(const std::vector<Row>& rows);

}  // namespace nsplay::render
