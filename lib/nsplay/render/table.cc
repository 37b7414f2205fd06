#include "nsplay/render/table.h"

#include <algorithm>
#include <numeric>

namespace nsplay::render {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t smallest_cut = 8;

/// Bytes that continue a UTF-8 sequence take no column of their own.
bool begins_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

std::vector<std::size_t> column_widths(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  return widths;
}

TableColumn column_at(const TableForm& form, std::size_t index) {
  return index < form.columns.size() ? form.columns[index] : TableColumn{};
}

void fit(std::vector<std::size_t>& widths, const TableForm& form) {
  if (!form.width || widths.empty()) {
    return;
  }
  const std::size_t total =
      std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
  std::size_t excess = total - std::min(total, *form.width);
  for (std::size_t i = widths.size(); i > 0; --i) {
    std::size_t& width = widths[i - 1];
    if (column_at(form, i - 1).cut == Cut::yes && width > smallest_cut) {
      const std::size_t taken = std::min(excess, width - smallest_cut);
      width -= taken;
      excess -= taken;
    }
  }
}

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string blanks(width - width_of(cell), ' ');
  return align == Align::right ? blanks + cell : cell + blanks;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_code_point));
}

std::string cut_to(std::string_view text, std::size_t width, std::string_view ellipsis) {
  if (width_of(text) <= width) {
    return std::string(text);
  }
  const std::size_t kept = width - std::min(width, width_of(ellipsis));
  std::size_t begun = 0;
  const auto* const end = std::find_if(text.begin(), text.end(), [&](char byte) {
    begun += begins_code_point(byte) ? 1U : 0U;
    return begun > kept;
  });
  return std::string(text.begin(), end).append(ellipsis);
}

std::string table(const std::vector<Row>& rows, const TableForm& form) {
  auto widths = column_widths(rows);
  fit(widths, form);
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += padded(cut_to(row[i], widths[i], form.ellipsis), widths[i], column_at(form, i).align);
      line.append(gap, ' ');
    }
    const auto end = line.find_last_not_of(' ');
    text += line.substr(0, end == std::string::npos ? 0 : end + 1) + "\n";
  }
  return text;
}

}  // namespace nsplay::render
