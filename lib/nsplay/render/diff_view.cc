#include "nsplay/render/diff_view.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/text.h"
#include "nsplay/ns/handle.h"
#include "nsplay/render/table.h"

namespace nsplay::render {
namespace {

using Texts = std::vector<std::string>;
using ops::Difference;

/// What of a list the other has not. A process may have tens of thousands of groups.
Texts only_in(const Texts& list, const std::optional<ops::DiffValue>& other) {
  const auto* others = other ? std::get_if<Texts>(&*other) : nullptr;
  Texts rest = list;
  if (others != nullptr) {
    const std::unordered_set<std::string_view> known(others->begin(), others->end());
    std::erase_if(rest, [&](const std::string& text) { return known.contains(text); });
  }
  return rest;
}

struct CellText {
  const std::optional<ops::DiffValue>& other;

  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return escape_for_terminal(value); }
  std::string operator()(const Texts& list) const {
    const Texts rest = only_in(list, other);
    return rest.empty() ? "-" : escape_for_terminal(fmt::format("{}", fmt::join(rest, ",")));
  }
  std::string operator()(const ns::NamespaceRef& ref) const {
    return ns::format_namespace(ref.kind, ref.inode);
  }
};

std::string cell_of(const std::optional<ops::DiffValue>& value,
                    const std::optional<ops::DiffValue>& other) {
  return value ? std::visit(CellText{other}, *value) : "-";
}

Row row_of_difference(std::string_view section, const Difference& difference) {
  return {std::string(section),
          escape_for_terminal(difference.path),
          cell_of(difference.a, difference.b),
          cell_of(difference.b, difference.a)};
}

void add_once(const std::string& text, Texts& texts) {
  if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) {
    texts.push_back(text);
  }
}

}  // namespace

std::string diff_text(const ops::DiffReport& report, std::optional<std::size_t> width) {
  std::vector<Row> rows = {
      {"SECTION", "WHAT", escape_for_terminal(report.a), escape_for_terminal(report.b)}};
  for (const ops::DiffSection& section : report.sections) {
    for (const Difference& difference : section.differences) {
      if (!difference.error) {
        rows.push_back(row_of_difference(section.name, difference));
      }
    }
  }
  constexpr TableColumn cut = {Align::left, Cut::yes};
  TableForm form;
  form.columns = {{}, {}, cut, cut};
  form.width = width;
  return rows.size() > 1 ? table(rows, form) : std::string();
}

std::vector<std::string> diff_notes(const ops::DiffReport& report) {
  Texts notes;
  Texts hints;
  const auto add = [&](const std::optional<Error>& error) {
    if (error) {
      add_once(error->message(), notes);
      add_once(error->hint, hints);
    }
  };
  for (const ops::DiffSection& section : report.sections) {
    add(section.error);
    for (const Difference& difference : section.differences) {
      add(difference.error);
    }
  }
  notes.insert(notes.end(), hints.begin(), hints.end());
  return notes;
}

}  // namespace nsplay::render
