#include <optional>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/diff.h"
#include "nsplay/render/diff_view.h"

#include "command.h"
#include "output.h"

namespace nsplay::app {
namespace {

Syntax diff_syntax() {
  return {"diff",
          TakesTarget::many,
          TakesProgram::no,
          {{"section", 0, "NAME", "compare only this; several times: these", Repeat::yes},
           {"quiet", 'q', "", "print no differences, only end with the status"},
           {"json", 0, "", "print the differences as JSON"},
           {"help", 'h', "", "show this help"}}};
}

Result<ops::DiffRequest> diff_request_from(const Arguments& arguments) {
  if (arguments.targets.empty() || arguments.targets.size() > 2) {
    return fail(Error::usage("diff needs a TARGET, or two",
                             "with one it is compared with you: nsplay diff 4711"));
  }
  if (arguments.has("quiet") && arguments.has("json")) {
    return fail(Error::usage("--quiet contradicts --json", "leave one of them out"));
  }
  ops::DiffRequest request;
  request.a = arguments.target;
  if (arguments.targets.size() == 2) {
    request.b = arguments.targets.back();
  }
  request.sections = arguments.values("section");
  return request;
}

/// As of diff(1): what could not be read is trouble unless there is a difference anyway.
int status_of_diff(ops::DiffOutcome outcome) {
  if (outcome == ops::DiffOutcome::differs) {
    return exit_no;
  }
  return outcome == ops::DiffOutcome::same ? 0 : exit_usage;
}

Result<> print_diff(const ops::DiffReport& report, const Arguments& arguments) {
  if (arguments.has("json")) {
    return write_stdout(render::diff_json(report));
  }
  return arguments.has("quiet") ? Result<>()
                                : write_stdout(render::diff_text(report, stdout_width()));
}

Result<int> run_diff(const Arguments& arguments) {
  const ops::DiffRequest request = TRY(diff_request_from(arguments));
  const auto report = ops::diff(request);
  if (!report) {
    if (arguments.has("json")) {
      write_failure(render::diff_failure_json(request, report.error()));
    }
    return fail(report.error());
  }
  TRY(print_diff(*report, arguments));
  print_notes(render::diff_notes(*report));
  return status_of_diff(ops::outcome_of(*report));
}

}  // namespace

Command diff_command() {
  return {
      "diff",
      "show in what two processes differ",
      "A [B] [OPTION...]",
      "Shows in what A differs from B, or from you: uname, namespaces with their owners, id maps, "
      "clocks,\ncredentials, cgroups, limits, root and working directory. Of namespaces, what is "
      "to be seen of them.\nEnds with 0 when nothing differs, 1 when something does, 2 in case of "
      "trouble.\n\n"
      "A and B are TARGETs as for inspect; NAME is uname, namespaces, id-maps, clocks, "
      "credentials, cgroups,\nlimits or paths.",
      StatusFamily::comparison,
      &diff_syntax,
      &run_diff};
}

}  // namespace nsplay::app
