#include "nsplay/render/list_view.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/text.h"
#include "nsplay/render/table.h"

namespace nsplay::render {
namespace {

/// As libsmartcols(3) does it for lsns --raw, so that a line can be split at its blanks.
std::string escape_for_splitting(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte > ' ' && byte <= '~' && byte != '\\') {
      out += byte;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return out;
}

struct CellWriter {
  ListForm form;

  std::string operator()(std::monostate /*nothing*/) const { return {}; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(std::uint64_t number) const { return std::to_string(number); }
  std::string operator()(const std::string& text) const {
    return form == ListForm::raw ? escape_for_splitting(text) : escape_for_terminal(text);
  }
};

Row heading_of(const ListColumns& columns) {
  Row row;
  std::transform(
      columns.begin(), columns.end(), std::back_inserter(row), [](const ListColumn& column) {
        return std::string(column.name);
      });
  return row;
}

Row row_of(const ops::ListedNamespace& listed, const ListColumns& columns, ListForm form) {
  Row row;
  std::transform(
      columns.begin(), columns.end(), std::back_inserter(row), [&](const ListColumn& column) {
        return std::visit(CellWriter{form}, column.value(listed));
      });
  return row;
}

std::string aligned_text(const std::vector<Row>& rows,
                         const ListColumns& columns,
                         std::optional<std::size_t> width) {
  TableForm form;
  form.width = width;
  std::transform(columns.begin(),
                 columns.end(),
                 std::back_inserter(form.columns),
                 [](const ListColumn& column) {
                   // Half a number would be another one.
                   return column.type == CellType::number ? TableColumn{Align::right, Cut::no}
                                                          : TableColumn{Align::left, Cut::yes};
                 });
  return table(rows, form);
}

std::string raw_text(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    text += fmt::format("{}\n", fmt::join(row, " "));
  }
  return text;
}

std::string rows_text(const std::vector<ops::ListedNamespace>& listed,
                      const ListColumns& columns,
                      const ListFormat& format) {
  std::vector<Row> rows;
  if (format.heading == Heading::yes) {
    rows.push_back(heading_of(columns));
  }
  std::transform(listed.begin(), listed.end(), std::back_inserter(rows), [&](const auto& one) {
    return row_of(one, columns, format.form);
  });
  return format.form == ListForm::raw ? raw_text(rows) : aligned_text(rows, columns, format.width);
}

}  // namespace

std::string list_text(const ops::ListReport& report,
                      const ListColumns& columns,
                      const ListFormat& format) {
  return rows_text(report.namespaces, columns, format);
}

std::string processes_text(const ops::ProcessesReport& report,
                           const ListColumns& columns,
                           const ListFormat& format) {
  std::vector<ops::ListedNamespace> rows;
  for (const ops::NamespaceProcesses& one : report.namespaces) {
    for (const ops::ListedProcess& process : one.processes) {
      ops::ListedNamespace& row = rows.emplace_back();
      row.ref = one.ref;
      row.processes = static_cast<std::size_t>(
          std::count_if(one.processes.begin(), one.processes.end(), [](const auto& member) {
            return !member.thread;
          }));
      row.process = process;
    }
  }
  return rows_text(rows, columns, format);
}

std::string list_columns_text() {
  std::vector<Row> rows;
  for (const ListColumn& column : list_columns()) {
    rows.push_back({std::string(column.name), std::string(column.help)});
  }
  return table(rows);
}

}  // namespace nsplay::render
