#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/tree.h"
#include "nsplay/render/json.h"
#include "nsplay/render/tree_view.h"

#include "command.h"
#include "output.h"
#include "progress.h"

namespace nsplay::app {
namespace {

Syntax tree_syntax() {
  return {
      "tree",
      TakesTarget::yes,
      TakesProgram::no,
      {{"by", 0, "WAY", "below what: owner (if not given), parent or process"},
       {"type", 't', "TYPE", "only namespaces of this kind; several times: of these", Repeat::yes},
       {"all-sources", 0, "", "look also at descriptors, sockets and all mounts"},
       {"no-fold", 0, "", "show every one of a long row of siblings"},
       {"notruncate", 'u', "", "do not cut lines to the terminal's width"},
       {"json", 'J', "", "print the tree as JSON"},
       {"help", 'h', "", "show this help"}}};
}

Result<ops::TreeBy> way_named(std::string_view word) {
  std::vector<std::string_view> names;
  for (const ops::TreeWay& way : ops::tree_ways) {
    if (way.name == word) {
      return way.by;
    }
    names.push_back(way.name);
  }
  const std::string_view meant = closest(word, names);
  return fail(
      Error::usage(fmt::format("--by wants owner, parent or process, not {}", quote(word)),
                   meant.empty() ? std::string() : fmt::format("did you mean '{}'?", meant)));
}

Result<ops::TreeRequest> tree_request(const Arguments& arguments) {
  ops::TreeRequest request;
  request.target = arguments.target;
  request.kinds = TRY(kinds_of_type_option(arguments));
  if (const std::string* way = arguments.value("by")) {
    request.by = TRY(way_named(*way));
  }
  request.sources = arguments.has("all-sources") ? ns::Sources::all : ns::Sources::quick;
  return request;
}

Result<ops::TreeReport> tree_with_progress(ops::TreeRequest request) {
  ProgressLine progress;
  request.on_progress = progress.shown();
  return ops::tree(request);
}

/// Only on a terminal is anything left out: what is searched or counted has to be all there.
render::TreeFormat tree_format(const Arguments& arguments) {
  render::TreeFormat format;
  const auto width = stdout_width();
  format.charset = stdout_style().charset;
  format.fold = width && !arguments.has("no-fold") ? render::Fold::yes : render::Fold::no;
  format.width = arguments.has("notruncate") ? std::nullopt : width;
  return format;
}

void print_lifted(std::size_t namespaces) {
  if (namespaces > 0) {
    print_notes({fmt::format("namespaces deeper than level {}, shown on that level: {}",
                             ops::most_tree_levels,
                             namespaces)});
  }
}

Result<int> run_tree(const Arguments& arguments) {
  const ops::TreeRequest request = TRY(tree_request(arguments));
  const bool as_json = arguments.has("json");
  auto report = tree_with_progress(request);
  if (!report) {
    if (as_json) {
      write_failure(render::tree_failure_json(request.target, report.error()));
    }
    return fail(std::move(report).error());
  }
  TRY(write_stdout(as_json ? render::tree_json(*report)
                           : render::tree_text(*report, tree_format(arguments))));
  print_unreadable(report->unreadable_processes);
  print_lifted(report->lifted);
  return 0;
}

}  // namespace

Command tree_command() {
  return {"tree",
          "show each namespace below the one that it belongs to",
          "[TARGET] [OPTION...]",
          "Shows the user namespaces of the machine, each below its parent, and below each what it "
          "owns.\nWith --by parent: the pid namespaces with their processes, and the user "
          "namespaces. With --by\nprocess: each namespace below the one that its processes come "
          "from.\n\n"
          "With TARGET, only what matters to it: the namespaces of a process and what these hang "
          "below; or\na namespace, what it hangs below and all that hangs below it. TARGET is as "
          "for inspect, TYPE as\nfor list. On a terminal long rows of siblings are folded.",
          StatusFamily::report,
          &tree_syntax,
          &run_tree};
}

}  // namespace nsplay::app
