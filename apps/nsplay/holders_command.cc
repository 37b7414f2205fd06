#include <cstddef>
#include <optional>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ops/holders.h"
#include "nsplay/render/holders_view.h"

#include "command.h"
#include "output.h"
#include "progress.h"

namespace nsplay::app {
namespace {

Syntax holders_syntax() {
  Syntax syntax{"holders", TakesTarget::yes, TakesProgram::no, namespace_options("every kind")};
  syntax.options.insert(syntax.options.end(),
                        {{"noheadings", 0, "", "no line of headings"},
                         {"notruncate", 0, "", "do not cut lines to the terminal's width"},
                         {"json", 'J', "", "print the report as JSON"},
                         {"help", 'h', "", "show this help"}});
  return syntax;
}

Result<ops::HoldersReport> find_with_progress(ops::HoldersRequest request) {
  ProgressLine progress;
  request.on_progress = progress.shown();
  return ops::find_holders(request);
}

Result<int> run_holders(const Arguments& arguments) {
  if (arguments.target.empty()) {
    return fail(
        Error::usage("holders needs a namespace, or a TARGET",
                     "name one of 'nsplay list', or a pid: nsplay holders net:[4026532178]"));
  }
  ops::HoldersRequest request;
  request.target = arguments.target;
  const ns::KindSet kinds = chosen_kinds(arguments);
  request.kinds = kinds.empty() ? std::nullopt : std::optional(kinds);
  const bool as_json = arguments.has("json");
  const auto report = find_with_progress(std::move(request));
  if (!report) {
    if (as_json) {
      write_failure(render::holders_failure_json(arguments.target, report.error()));
    }
    return fail(report.error());
  }
  render::HoldersFormat format;
  format.heading = arguments.has("noheadings") ? render::Heading::no : render::Heading::yes;
  format.width = arguments.has("notruncate") ? std::nullopt : stdout_width();
  TRY(write_stdout(as_json ? render::holders_json(*report)
                           : render::holders_text(*report, format)));
  print_unreadable(report->unreadable_processes);
  return 0;
}

}  // namespace

Command holders_command() {
  return {"holders",
          "show what keeps a namespace alive, and what would release it",
          "TARGET [OPTION...]",
          "Shows everything that keeps a namespace alive: processes, threads, descriptors,\n"
          "sockets, bind mounts, namespaces below it and those that it owns; and as the\n"
          "next step the command that releases it. For a namespace that shows what holds\n"
          "it in turn, which has to be released first.\n\n"
          "TARGET is one namespace, or a process, of which those are meant that you are\n"
          "not in.",
          StatusFamily::report,
          &holders_syntax,
          &run_holders};
}

}  // namespace nsplay::app
