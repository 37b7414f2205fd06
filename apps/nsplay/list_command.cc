#include "nsplay/base/try.h"
#include "nsplay/ops/plays.h"
#include "nsplay/render/json.h"
#include "nsplay/render/plays_view.h"

#include "command.h"
#include "output.h"

namespace nsplay::app {
namespace {

Syntax syntax() {
  return {"list",
          TakesTarget::no,
          TakesProgram::no,
          {{"plays", 0, "", "the children that create --name made"},
           {"json", 0, "", "print the list as JSON"},
           {"help", 'h', "", "show this help"}}};
}

Result<int> run(const Arguments& arguments) {
  if (!arguments.has("plays")) {
    return fail(Error::usage("a list of namespaces is not there yet",
                             "'nsplay list --plays' lists the children with a name"));
  }
  const ops::PlaysReport report = TRY(ops::list_plays());
  print_notes(report.notes);
  TRY(write_stdout(arguments.has("json") ? render::plays_json(report)
                                         : render::plays_text(report)));
  return 0;
}

}  // namespace

Command list_command() {
  return {"list",
          "list the children that have a name",
          "--plays [OPTION...]",
          "Lists the plays: the children that 'nsplay create --name' made and that are alive.",
          StatusFamily::report,
          &syntax,
          &run};
}

}  // namespace nsplay::app
