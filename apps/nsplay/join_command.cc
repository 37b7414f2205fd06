#include "nsplay/base/try.h"
#include "nsplay/ops/join.h"
#include "nsplay/sys/process.h"

#include "command.h"
#include "output.h"

namespace nsplay::app {
namespace {

Syntax syntax() {
  Syntax syntax{"join",
                TakesTarget::yes,
                TakesProgram::yes,
                namespace_options("every kind that differs from yours (the default)")};
  syntax.options.push_back({"help", 'h', "", "show this help"});
  return syntax;
}

Result<int> run(const Arguments& arguments) {
  if (arguments.target.empty()) {
    return fail(Error::usage("join needs a TARGET",
                             "name a pid or a namespace file: nsplay join 4711 -- id"));
  }
  ops::JoinRequest request;
  request.target = arguments.target;
  // --all is the default: what the caller shares already, and what this kernel lacks, is left out.
  request.kinds = arguments.has("all") ? ns::KindSet() : chosen_kinds(arguments);
  request.program = arguments.program;
  ops::Joined joined = TRY(ops::join(request));
  print_notes(joined.notes);
  sys::leave_input_and_output();
  return joined.session.wait();
}

}  // namespace

Command join_command() {
  return {
      "join",
      "run a program in the namespaces of a process",
      "TARGET [OPTION...] [[--] PROGRAM [ARG...]]",
      "Runs PROGRAM, or a shell, in the namespaces of TARGET: a pid, PID:PIDFD_INODE, or a "
      "namespace file.\n"
      "Without namespace option: in all of those in which TARGET differs from you. When mnt is "
      "among them,\n"
      "also in its root and working directory, with its environment. Ends with PROGRAM's status.",
      StatusFamily::program,
      &syntax,
      &run};
}

}  // namespace nsplay::app
