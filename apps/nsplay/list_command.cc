#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/list.h"
#include "nsplay/ops/plays.h"
#include "nsplay/render/filter.h"
#include "nsplay/render/json.h"
#include "nsplay/render/list_columns.h"
#include "nsplay/render/list_view.h"
#include "nsplay/render/plays_view.h"

#include "command.h"
#include "output.h"
#include "progress.h"

namespace nsplay::app {
namespace {

using render::ListColumn;
using render::ListColumns;

Syntax list_syntax() {
  return {
      "list",
      TakesTarget::many,
      TakesProgram::no,
      {{"type", 't', "TYPE", "only namespaces of this kind; several times: of these", Repeat::yes},
       {"task", 'p', "PID", "only namespaces of this process"},
       {"persistent", 'P', "", "only namespaces that nothing is in"},
       {"all-sources", 0, "", "look also at descriptors, sockets and all mounts"},
       {"filter", 'Q', "EXPR", "only those for which this holds: 'NPROCS > 1'"},
       {"output", 'o', "LIST", "these columns, with commas; +LIST: these too"},
       {"output-all", 0, "", "all columns"},
       {"list-columns", 'H', "", "show what columns there are"},
       {"noheadings", 'n', "", "no line of headings"},
       {"raw", 'r', "", "one blank between columns; other blanks as \\x20"},
       {"notruncate", 'u', "", "do not cut lines to the terminal's width"},
       {"nowrap", 'W', "", "one line per row, as always"},
       {"plays", 0, "", "the children that create --name made"},
       {"json", 'J', "", "print the list as JSON"},
       {"help", 'h', "", "show this help"}}};
}

struct Pair {
  const char* one;
  const char* other;
};

constexpr Pair contradictions[] = {
    {"json", "raw"},
    {"json", "list-columns"},
    {"task", "persistent"},
    {"output", "output-all"},
};

/// What chooses namespaces contradicts the name of one.
constexpr const char* choices[] = {"type", "task", "persistent", "filter", "all-sources"};

/// What the plays are shown with.
constexpr std::string_view options_of_plays[] = {"plays", "json", "help"};

Error contradiction(std::string_view option, std::string_view other) {
  return Error::usage(fmt::format("--{} contradicts {}", option, other), "leave one of them out");
}

Result<> check_plays(const Arguments& arguments) {
  for (const Option& option : list_syntax().options) {
    const bool is_of_plays =
        std::find(std::begin(options_of_plays), std::end(options_of_plays), option.name) !=
        std::end(options_of_plays);
    if (arguments.has(std::string(option.name)) && !is_of_plays) {
      return fail(contradiction("plays", fmt::format("--{}", option.name)));
    }
  }
  if (!arguments.targets.empty()) {
    return fail(contradiction("plays", "an NSID"));
  }
  return {};
}

Result<> check(const Arguments& arguments) {
  if (arguments.has("plays")) {
    return check_plays(arguments);
  }
  for (const auto& [one, other] : contradictions) {
    if (arguments.has(one) && arguments.has(other)) {
      return fail(contradiction(one, fmt::format("--{}", other)));
    }
  }
  for (const char* choice : choices) {
    if (arguments.has(choice) && !arguments.targets.empty()) {
      return fail(contradiction(choice, "an NSID"));
    }
  }
  return {};
}

Result<pid_t> pid_from(const std::string& word) {
  const auto pid = parse_number<pid_t>(word);
  if (!pid || *pid <= 0) {
    return fail(Error::usage(fmt::format("--task wants a pid, not {}", quote(word))));
  }
  return *pid;
}

Result<ops::ListRequest> list_request(const Arguments& arguments) {
  ops::ListRequest request;
  request.kinds = TRY(kinds_of_type_option(arguments));
  if (const std::string* pid = arguments.value("task")) {
    request.pid = TRY(pid_from(*pid));
  }
  return request;
}

Result<ListColumns> columns_from(std::string_view list, const ListColumns& by_default) {
  ListColumns columns;
  if (list.starts_with('+')) {
    columns = by_default;
    list.remove_prefix(1);
  }
  for (const std::string_view name : split(list, ',')) {
    columns.push_back(TRY(render::list_column_named(name)));
  }
  return columns;
}

/// `all`: what --output-all means.
Result<ListColumns> chosen_columns(const Arguments& arguments,
                                   const ListColumns& by_default,
                                   const ListColumns& all) {
  if (arguments.has("output-all")) {
    return all;
  }
  const std::string* list = arguments.value("output");
  return list == nullptr ? by_default : columns_from(*list, by_default);
}

Result<> check_columns_of_processes(const ListColumns& columns) {
  for (const ListColumn& column : columns) {
    if (column.rows == render::RowKind::namespaces) {
      return fail(Error::usage(fmt::format("column {} is not one of processes", column.name),
                               "without NSID namespaces are listed, and they have it"));
    }
  }
  return {};
}

render::ListFormat list_format(const Arguments& arguments) {
  render::ListFormat format;
  format.form = arguments.has("raw") ? render::ListForm::raw : render::ListForm::aligned;
  format.heading = arguments.has("noheadings") ? render::Heading::no : render::Heading::yes;
  format.width = arguments.has("notruncate") ? std::nullopt : stdout_width();
  return format;
}

std::vector<std::string_view> column_names() {
  std::vector<std::string_view> names;
  for (const ListColumn& column : render::list_columns()) {
    names.push_back(column.name);
  }
  return names;
}

Result<render::Filter> filter_from(const Arguments& arguments) {
  const std::string* expression = arguments.value("filter");
  return render::Filter::parse(expression == nullptr ? "" : *expression, column_names());
}

/// What is shown, and what decides whether it is.
ListColumns with_columns_of(ListColumns columns, const render::Filter& filter) {
  for (const std::size_t index : filter.used_columns()) {
    columns.push_back(render::list_columns()[index]);
  }
  return columns;
}

bool accepts(const render::Filter& filter, const ops::ListedNamespace& listed) {
  return filter.accepts(
      [&](std::size_t index) { return render::list_columns()[index].value(listed); });
}

bool nothing_is_in(const ops::ListedNamespace& listed) {
  return listed.processes == 0 && listed.threads == 0;
}

Result<ops::ListReport> list_with_progress(ops::ListRequest request) {
  ProgressLine progress;
  request.on_progress = progress.shown();
  return ops::list(request);
}

Result<int> print_namespaces(const Arguments& arguments) {
  ops::ListRequest request = TRY(list_request(arguments));
  const auto all = render::list_columns();
  const ListColumns columns = TRY(
      chosen_columns(arguments, render::default_columns(request.kinds), {all.begin(), all.end()}));
  const render::Filter filter = TRY(filter_from(arguments));
  const bool as_json = arguments.has("json");
  const ListColumns used =
      with_columns_of(arguments.has("output-all") ? ListColumns() : columns, filter);
  request.sources = arguments.has("all-sources") ? ns::Sources::all : render::sources_for(used);
  if (!as_json) {
    request.details = render::details_for(with_columns_of(columns, filter));
  }
  auto report = list_with_progress(std::move(request));
  if (!report) {
    if (as_json) {
      write_failure(render::list_failure_json(report.error()));
    }
    return fail(std::move(report).error());
  }
  if (arguments.has("persistent")) {
    std::erase_if(report->namespaces, std::not_fn(nothing_is_in));
  }
  std::erase_if(report->namespaces,
                [&](const ops::ListedNamespace& listed) { return !accepts(filter, listed); });
  TRY(write_stdout(as_json ? render::list_json(*report)
                           : render::list_text(*report, columns, list_format(arguments))));
  print_unreadable(report->unreadable_processes);
  return 0;
}

/// What stands in no row: namespaces that something else keeps than who is in them.
void print_deserted(const ops::ProcessesReport& report) {
  std::vector<std::string> notes;
  for (const ops::NamespaceProcesses& one : report.namespaces) {
    if (one.processes.empty()) {
      notes.push_back(fmt::format("nobody {}is in {}; 'nsplay holders {}:{}' tells what keeps it",
                                  report.unreadable_processes == 0 ? "" : "whom you may look at ",
                                  ns::format_namespace(one.ref.kind, one.ref.inode),
                                  ns::name_of(one.ref.kind),
                                  one.ref.inode));
    }
  }
  print_notes(notes);
}

Result<int> print_processes(const Arguments& arguments) {
  const ListColumns columns =
      TRY(chosen_columns(arguments,
                         render::default_process_columns(arguments.targets.size()),
                         render::columns_of_processes()));
  TRY(check_columns_of_processes(columns));
  const bool as_json = arguments.has("json");
  auto report = ops::list_processes(arguments.targets);
  if (!report) {
    if (as_json) {
      write_failure(render::processes_failure_json(report.error()));
    }
    return fail(std::move(report).error());
  }
  TRY(write_stdout(as_json ? render::processes_json(*report)
                           : render::processes_text(*report, columns, list_format(arguments))));
  print_deserted(*report);
  print_unreadable(report->unreadable_processes);
  return 0;
}

Result<int> print_plays(const Arguments& arguments) {
  const ops::PlaysReport report = TRY(ops::list_plays());
  print_notes(report.notes);
  TRY(write_stdout(arguments.has("json") ? render::plays_json(report)
                                         : render::plays_text(report)));
  return 0;
}

Result<int> run_list(const Arguments& arguments) {
  TRY(check(arguments));
  if (arguments.has("plays")) {
    return print_plays(arguments);
  }
  if (arguments.has("list-columns")) {
    TRY(write_stdout(render::list_columns_text()));
    return 0;
  }
  return arguments.targets.empty() ? print_namespaces(arguments) : print_processes(arguments);
}

}  // namespace

Command list_command() {
  return {"list",
          "list namespaces, their processes, and children that have a name",
          "[OPTION...] [NSID...]",
          "Lists the namespaces of the machine, as far as you may look at them; with NSID, the "
          "processes in\nthese; with --plays, the children that 'nsplay create --name' made and "
          "that are alive.\n\n"
          "NSID is an inode number, KIND:[INODE], KIND:INODE or id:ID. TYPE is cgroup, ipc, mnt, "
          "net, pid,\ntime, user or uts.",
          StatusFamily::report,
          &list_syntax,
          &run_list};
}

}  // namespace nsplay::app
