#pragma once

// What stands in one column of one row, before it is written as text: what filters compare.

#include <cstdint>
#include <string>
#include <variant>

namespace nsplay::render {

/// std::monostate: there is nothing, or it is not known.
using CellValue = std::variant<std::monostate, std::int64_t, std::uint64_t, std::string>;

}  // namespace nsplay::render
