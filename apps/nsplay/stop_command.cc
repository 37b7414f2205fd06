#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/duration.h"
#include "nsplay/base/exit_status.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/files_elsewhere.h"
#include "nsplay/ops/plays.h"
#include "nsplay/ops/unbinding.h"

#include "command.h"
#include "output.h"

namespace nsplay::app {
namespace {

Syntax stop_syntax() {
  return {"stop",
          TakesTarget::many,
          TakesProgram::no,
          {{"all", 0, "", "every play"},
           {"in", 0, "TARGET", "FILE is in the mnt namespace of TARGET"},
           {"timeout", 0, "DURATION", "from SIGTERM to SIGKILL; 10s if not given"},
           {"help", 'h', "", "show this help"}}};
}

/// As of a TARGET.
bool is_file(const std::string& word) {
  return word.find('/') != std::string::npos;
}

/// Plays are where the caller is.
Result<> check_place(const Arguments& arguments, const ops::StopRequest& request) {
  if (!arguments.has("in")) {
    return {};
  }
  if (arguments.has("all") || arguments.has("timeout")) {
    return fail(
        Error::usage(fmt::format("--in contradicts --{}", arguments.has("all") ? "all" : "timeout"),
                     "it is for FILEs, which end at once"));
  }
  if (arguments.targets.empty()) {
    return fail(Error::usage("--in needs a FILE", "nsplay stop --in mnt:4026532178 /run/kept"));
  }
  if (!request.names.empty()) {
    return fail(Error::usage(
        fmt::format("--in is for a FILE, and {} is a NAME", quote(request.names.front())),
        "write FILE with all of its path, from '/' on"));
  }
  return {};
}

Result<ops::StopRequest> stop_request(const Arguments& arguments) {
  ops::StopRequest request;
  request.scope = arguments.has("all") ? ops::StopScope::all : ops::StopScope::named;
  std::copy_if(arguments.targets.begin(),
               arguments.targets.end(),
               std::back_inserter(request.names),
               [](const std::string& word) { return !is_file(word); });
  if (arguments.has("all") && !arguments.targets.empty()) {
    return fail(Error::usage("--all contradicts a NAME", "leave one of them out"));
  }
  TRY(check_place(arguments, request));
  if (!arguments.has("all") && arguments.targets.empty()) {
    return fail(Error::usage("stop needs the NAME of a play, a FILE, or --all",
                             "nsplay list --plays shows those that there are"));
  }
  const auto timeout = TRY(parsed_value(arguments, "timeout", &parse_duration));
  request.timeout = timeout.value_or(request.timeout);
  return request;
}

/// Says it; the exit status: nothing was there to be stopped, or it could not be stopped.
int tell_end(const Error& error) {
  print_error(error);
  const bool is_absent = error.errnum == ESRCH || error.errnum == ENOENT || error.errnum == 0;
  return is_absent && error.trouble != Trouble::usage ? exit_no : exit_usage;
}

int tell_end(const ops::StoppedPlay& play, const ops::StopRequest& request) {
  if (play.error) {
    Error error = *play.error;
    if (error.errnum == ESRCH && ops::is_namespace_file(play.name)) {
      error.hint = fmt::format("for the FILE of this name: nsplay stop ./{}",
                               escape_for_terminal(play.name));
    }
    return tell_end(error);
  }
  if (play.was_killed) {
    print_notes({fmt::format("{} did not end within {} s of SIGTERM and was killed",
                             quote(play.name),
                             request.timeout.count())});
  }
  return 0;
}

/// Each FILE; the exit status.
template <typename Unbind>
int unbind_files(const std::vector<std::string>& words, const Unbind& unbind) {
  int status = 0;
  for (const std::string& word : words) {
    const auto unbound = is_file(word) ? unbind(word) : Result<>();
    status = std::max(status, unbound ? 0 : tell_end(unbound.error()));
  }
  return status;
}

Result<int> run_stop(const Arguments& arguments) {
  const ops::StopRequest request = TRY(stop_request(arguments));
  if (const std::string* place = arguments.value("in")) {
    const auto there = TRY(ops::FilesElsewhere::of(*place));
    return unbind_files(arguments.targets, [&](const auto& file) { return there.unbind(file); });
  }
  int status = unbind_files(arguments.targets, &ops::unbind_namespace_file);
  for (const ops::StoppedPlay& play : TRY(ops::stop_plays(request))) {
    status = std::max(status, tell_end(play, request));
  }
  return status;
}

}  // namespace

Command stop_command() {
  return {"stop",
          "end children that have a name, unbind namespaces",
          "NAME|FILE...|--all [OPTION...]",
          "Ends the plays of these names: SIGTERM first, and SIGKILL to what has not ended\n"
          "in time. Returns when they have ended. Unbinds what 'nsplay create --uts=FILE'\n"
          "and the like have bound on these files, and removes the files that it made.",
          StatusFamily::report,
          &stop_syntax,
          &run_stop};
}

}  // namespace nsplay::app
