#include "nsplay/base/try.h"
#include "nsplay/ops/inspect.h"
#include "nsplay/render/inspect_view.h"
#include "nsplay/render/json.h"

#include "command.h"
#include "output.h"

namespace nsplay::app {
namespace {

Syntax inspect_syntax() {
  return {"inspect",
          TakesTarget::yes,
          TakesProgram::no,
          {{"members", 0, "", "count the processes in each namespace"},
           {"json", 0, "", "print the report as JSON"},
           {"help", 'h', "", "show this help"}}};
}

Result<int> print_json(const ops::InspectRequest& request) {
  const auto report = ops::inspect(request);
  if (!report) {
    write_failure(render::inspect_failure_json(request.target, report.error()));
    return fail(report.error());
  }
  TRY(write_stdout(render::inspect_json(*report)));
  print_unreadable(report->unreadable_processes);
  return 0;
}

Result<int> run_inspect(const Arguments& arguments) {
  if (arguments.target.empty()) {
    return fail(Error::usage("inspect needs a TARGET",
                             "name a pid, self or a namespace file: nsplay inspect 4711"));
  }
  ops::InspectRequest request;
  request.target = arguments.target;
  request.members = arguments.has("members") ? ops::Members::count : ops::Members::skip;
  if (arguments.has("json")) {
    return print_json(request);
  }
  const ops::InspectReport report = TRY(ops::inspect(request));
  TRY(write_stdout(render::inspect_text(report, stdout_style())));
  return 0;
}

}  // namespace

Command inspect_command() {
  return {"inspect",
          "show a process's namespaces and how its uname differs",
          "TARGET [OPTION...]",
          "Shows who TARGET is, its namespaces with their owners, and how its uname differs from "
          "here.\n\n"
          "TARGET is a pid, PID:PIDFD_INODE, self, the NAME of a play or a container, ENGINE:NAME "
          "as in podman:web,\nnetns:NAME, KIND:[INODE], id:ID, or a namespace file.",
          StatusFamily::report,
          &inspect_syntax,
          &run_inspect};
}

}  // namespace nsplay::app
