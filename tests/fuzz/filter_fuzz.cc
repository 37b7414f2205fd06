#include <algorithm>

#include <fmt/format.h>

#include "nsplay/render/filter.h"

#include "fuzz_target.h"

using nsplay::Result;
using nsplay::fuzz::demand;
using nsplay::render::CellValue;
using nsplay::render::Filter;

namespace {

Result<Filter> parse(std::string_view text) {
  return Filter::parse(text, {"NPROCS", "TYPE", "OWNER-UID", "NSFS", "uid"});
}

CellValue cell(std::size_t column) {
  switch (column) {
    case 0:
      return std::uint64_t{7};
    case 1:
      return "net";
    case 2:
      return std::int64_t{-1};
    case 3:
      return {};
    default:
      return "1000";
  }
}

/// What `text` accepts, `around` it does too, or not.
void demand_of_same(const std::string& around, bool accepted) {
  const auto filter = parse(around);
  // It may have become too long or too deep.
  demand(!filter || filter->accepts(cell) == accepted);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const auto filter = parse(text);
  if (!filter) {
    nsplay::fuzz::demand_usage_error(filter.error());
    return 0;
  }
  const auto& used = filter->used_columns();
  const bool accepted = filter->accepts([&](std::size_t column) {
    demand(std::find(used.begin(), used.end(), column) != used.end());
    return cell(column);
  });
  if (text.find_first_not_of(" \t\n") == std::string_view::npos) {
    demand(accepted && used.empty());
    return 0;
  }
  demand_of_same(fmt::format("({})", text), accepted);
  demand_of_same(fmt::format("!({})", text), !accepted);
  demand_of_same(fmt::format("{} && true", text), accepted);
  demand_of_same(fmt::format("false || (({}) && true) == true", text), accepted);
  return 0;
}
