#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/try.h"
#include "nsplay/ops/ps.h"
#include "nsplay/render/ps_view.h"

#include "command.h"
#include "output.h"

namespace nsplay::app {
namespace {

Syntax ps_syntax() {
  return {"ps",
          TakesTarget::no,
          TakesProgram::no,
          {{"json", 'J', "", "print the report as JSON"}, {"help", 'h', "", "show this help"}}};
}

/// What may be missing.
std::vector<std::string> notes_on_ps(const ops::PsReport& report) {
  std::vector<std::string> notes;
  if (!report.unreadable.empty()) {
    notes.push_back(
        fmt::format("you may not read {}; root may", fmt::join(report.unreadable, ", ")));
  }
  for (const Error& error : report.broken) {
    notes.push_back(error.message());
  }
  return notes;
}

Result<int> run_ps(const Arguments& arguments) {
  const bool as_json = arguments.has("json");
  const auto report = ops::list_containers();
  if (!report) {
    if (as_json) {
      write_failure(render::ps_failure_json(report.error()));
    }
    return fail(report.error());
  }
  print_notes(notes_on_ps(*report));
  TRY(write_stdout(as_json ? render::ps_json(*report) : render::ps_text(*report)));
  return 0;
}

}  // namespace

Command ps_command() {
  return {"ps",
          "list the containers and plays of this machine",
          "[OPTION...]",
          "Lists the containers that run, of whichever engine, and the plays of 'nsplay create "
          "--name': whose\nthey are, which namespaces are their own, and with whom they share the "
          "others.\n\n"
          "Each can be named as a TARGET, ENGINE:NAME or ENGINE:ID.",
          StatusFamily::report,
          &ps_syntax,
          &run_ps};
}

}  // namespace nsplay::app
