#include "nsplay/render/inspect_view.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/ops/hints.h"
#include "nsplay/render/local_time.h"
#include "nsplay/render/table.h"

namespace nsplay::render {
namespace {

/// The whole id is shown beside the name.
std::string container_cell(const target::Container& container) {
  std::string text = escape_for_terminal(target::target_of(container));
  const std::string id = escape_for_terminal(container.id);
  return id.empty() || container.id == container.name ? text : fmt::format("{} id {}", text, id);
}

std::string process_text(const ops::ProcessView& process) {
  // A kernel thread and a zombie have no command line; ps(1) puts their name in brackets too.
  const std::string command =
      process.command.empty() ? fmt::format("[{}]", process.comm) : process.command;
  std::vector<Row> rows = {
      {"process", fmt::format("{}{}", process.pid, process.state == 'Z' ? " (zombie)" : "")},
      {"command", escape_for_terminal(command)},
      {"user", ops::show_user(process.uid, process.user)},
      {"started", local_time(process.start)}};
  if (process.container) {
    rows.push_back({"container", container_cell(*process.container)});
  }
  return table(rows);
}

std::string cause_of(const Error& error) {
  return error.errnum == 0 ? escape_for_terminal(error.what, Backslash::keep)
                           : std::generic_category().message(error.errnum);
}

std::string owner_cell(const Result<std::optional<ops::OwnerView>>& owner) {
  if (!owner) {
    return "out of sight";
  }
  return *owner ? fmt::format("{} uid {}",
                              ns::format_namespace((*owner)->ref.kind, (*owner)->ref.inode),
                              (*owner)->uid)
                : "-";
}

std::string parent_cell(const Result<std::optional<ns::NamespaceRef>>& parent) {
  if (!parent) {
    return "out of sight";
  }
  return *parent ? ns::format_namespace((*parent)->kind, (*parent)->inode) : "-";
}

Row namespace_row(const ops::NamespaceRow& row) {
  if (!row.view) {
    return {std::string(ns::name_of(row.kind)), "?", "?", cause_of(row.view.error())};
  }
  const ops::NamespaceView& view = *row.view;
  Row cells = {ns::format_namespace(view.ref.kind, view.ref.inode),
               view.ref.id ? std::to_string(*view.ref.id) : "-",
               view.same_as_caller ? "same" : "other",
               owner_cell(view.owner),
               parent_cell(view.parent)};
  if (view.processes) {
    cells.push_back(std::to_string(*view.processes));
  }
  return cells;
}

std::string namespaces_text(const ops::InspectReport& report) {
  std::vector<Row> rows = {{"NAMESPACE", "ID", "HERE", "OWNER", "PARENT"}};
  const bool counted = std::any_of(
      report.namespaces.begin(), report.namespaces.end(), [](const ops::NamespaceRow& row) {
        return row.view && row.view->processes;
      });
  if (counted) {
    rows.front().emplace_back("PROCESSES");
  }
  for (const ops::NamespaceRow& row : report.namespaces) {
    rows.push_back(namespace_row(row));
  }
  return table(rows);
}

std::string emphasised(std::string line, const Style& style) {
  return style.colour == Colour::always ? "\x1b[1m" + std::move(line) + "\x1b[0m" : line;
}

std::string uname_text(const sys::Uname& caller, const sys::Uname& target, const Style& style) {
  std::vector<Row> rows = {{"UNAME", "", "HERE", "THERE"}};
  const auto fields = ops::compare(caller, target);
  for (const ops::UnameField& field : fields) {
    rows.push_back({std::string(field.name),
                    field.differs() ? "differs" : "same",
                    escape_for_terminal(field.caller),
                    escape_for_terminal(field.target)});
  }
  const std::string text = table(rows);
  std::string out;
  std::size_t index = 0;
  for (const std::string_view line :
       split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
    const bool marked = index > 0 && fields.at(index - 1).differs();
    out += (marked ? emphasised(std::string(line), style) : std::string(line)) + "\n";
    ++index;
  }
  return out;
}

std::string unreadable_uname_text(const sys::Uname& caller, const Error& error) {
  std::vector<Row> rows = {{"UNAME", "HERE", "THERE"}};
  for (const ops::UnameField& field : ops::compare(caller, caller)) {
    rows.push_back({std::string(field.name), escape_for_terminal(field.caller), "?"});
  }
  return table(rows) + fmt::format("the uname there cannot be read: {}\n",
                                   escape_for_terminal(error.message(), Backslash::keep));
}

/// Each reason once, however many rows have it.
std::string hints_text(const ops::InspectReport& report) {
  std::vector<std::string> hints;
  const auto add = [&](const Error& error) {
    if (!error.hint.empty() && std::find(hints.begin(), hints.end(), error.hint) == hints.end()) {
      hints.push_back(error.hint);
    }
  };
  for (const ops::NamespaceRow& row : report.namespaces) {
    if (!row.view) {
      add(row.view.error());
    }
  }
  if (report.target_uname && !*report.target_uname) {
    add(report.target_uname->error());
  }
  std::string text;
  for (const std::string& hint : hints) {
    text += fmt::format("hint: {}\n", escape_for_terminal(hint, Backslash::keep));
  }
  return text;
}

}  // namespace

std::string inspect_text(const ops::InspectReport& report, const Style& style) {
  std::string text;
  if (report.process) {
    text += process_text(*report.process) + "\n";
  }
  text += namespaces_text(report);
  if (report.unreadable_processes > 0) {
    text +=
        fmt::format("not counted, as you may not look at them: {}\n", report.unreadable_processes);
  }
  if (report.target_uname) {
    text += "\n";
    text += *report.target_uname
                ? uname_text(report.caller_uname, **report.target_uname, style)
                : unreadable_uname_text(report.caller_uname, report.target_uname->error());
  }
  const std::string hints = hints_text(report);
  return hints.empty() ? text : text + "\n" + hints;
}

}  // namespace nsplay::render
