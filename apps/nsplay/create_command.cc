#include "nsplay/base/duration.h"
#include "nsplay/base/time_offset.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/create.h"
#include "nsplay/render/json.h"
#include "nsplay/render/story.h"
#include "nsplay/sys/process.h"

#include "command.h"
#include "create_ids.h"
#include "create_mounts.h"
#include "create_network.h"
#include "create_program.h"
#include "output.h"

namespace nsplay::app {
namespace {

Syntax create_syntax() {
  Syntax syntax{"create",
                TakesTarget::no,
                TakesProgram::yes,
                namespace_options("all eight", "[=FILE]", Repeat::to_add_value)};
  for (const auto& group : {id_options(), program_options(), network_options(), mount_options()}) {
    syntax.options.insert(syntax.options.end(), group.begin(), group.end());
  }
  const std::vector<Option> own = {
      {"hostname", 0, "NAME", "set the hostname in the child; implies --uts"},
      {"domainname", 0, "NAME", "set the NIS domain name in the child; implies --uts"},
      {"monotonic", 0, "OFFSET", "move the monotonic clock: 3d, -1.5h; implies --time"},
      {"boottime", 0, "OFFSET", "move the boot-time clock; implies --time"},
      {"name", 0, "NAME", "register the child as a play: join NAME, stop NAME"},
      {"like", 0, "TARGET", "kinds, id maps, names and clocks as TARGET has"},
      {"detach", 'd', "", "return when the child is ready, print its pid"},
      {"for", 0, "DURATION", "end the child after this time: 200s, 5m, 1h30m"},
      {"fork", 'f', "", "nothing: PROGRAM always is a child"},
      {"no-init", 0, "", "PROGRAM itself is pid 1 of a new pid namespace"},
      {"narrate", 0, "", "tell each kernel call and change on stderr"},
      {"json", 0, "", "print the child as JSON once it is ready"},
      {"help", 'h', "", "show this help"}};
  syntax.options.insert(syntax.options.end(), own.begin(), own.end());
  return syntax;
}

Result<ops::TimeOffsets> time_offsets_from(const Arguments& arguments) {
  ops::TimeOffsets offsets;
  offsets.monotonic = TRY(parsed_value(arguments, "monotonic", &parse_time_offset));
  offsets.boottime = TRY(parsed_value(arguments, "boottime", &parse_time_offset));
  return offsets;
}

Result<ops::CreateRequest> create_request(const Arguments& arguments) {
  ops::CreateRequest request;
  request.kinds = chosen_kinds(arguments);
  request.files = values_of_kinds(arguments);
  request.name = optional_value(arguments, "name");
  request.like = optional_value(arguments, "like");
  request.hostname = optional_value(arguments, "hostname");
  request.domainname = optional_value(arguments, "domainname");
  request.ids = TRY(ids_from(arguments));
  request.network = network_from(arguments);
  request.mounts = TRY(mounts_from(arguments));
  request.time_offsets = TRY(time_offsets_from(arguments));
  request.attachment =
      arguments.has("detach") ? ops::Attachment::detached : ops::Attachment::foreground;
  request.init = arguments.has("no-init") ? ops::Init::program : ops::Init::reaping;
  request.lifetime = TRY(parsed_value(arguments, "for", &parse_duration));
  request.program = arguments.program;
  TRY(add_program_options(arguments, request));
  if (arguments.has("narrate")) {
    request.narrator = &print_narrated;
  }
  return request;
}

/// One document, whatever happens: of the child, or of the failure to make one.
Result<ops::Creation> create_with_document(ops::CreateRequest request) {
  bool is_printed = false;
  request.announce = [&](const ops::CreateReport& report) {
    is_printed = true;
    return write_stdout(render::create_json(report));
  };
  auto creation = ops::create(request);
  if (!creation && !is_printed) {
    write_failure(render::create_failure_json(creation.error()));
  }
  return creation;
}

enum class Telling { story, pid, nothing };

Telling telling_of(const Arguments& arguments, const ops::CreateRequest& request) {
  if (arguments.has("json")) {
    return Telling::nothing;
  }
  if (request.attachment == ops::Attachment::detached) {
    return Telling::pid;
  }
  return request.program.empty() ? Telling::story : Telling::nothing;
}

Result<> tell_creation(Telling telling, const ops::Creation& creation) {
  switch (telling) {
    case Telling::pid:
      return write_stdout(std::to_string(creation.pid) + "\n");
    case Telling::story:
      return write_stdout(render::story_begin(
          creation.pid, creation.child_uname.nodename, sys::read_uname().nodename));
    case Telling::nothing:
      break;
  }
  return {};
}

Result<int> run_create(const Arguments& arguments) {
  const ops::CreateRequest request = TRY(create_request(arguments));
  ops::Creation creation =
      TRY(arguments.has("json") ? create_with_document(request) : ops::create(request));
  print_notes(creation.notes);
  const Telling telling = telling_of(arguments, request);
  TRY(tell_creation(telling, creation));
  creation.release();  // only now does somebody know of it
  if (!creation.session) {
    return 0;
  }
  if (!request.program.empty()) {
    sys::leave_input_and_output();
  }
  const int status = TRY(creation.session->wait());
  ops::narrate_end(request.narrator, creation.pid, status);
  if (telling == Telling::story) {
    TRY(write_stdout(render::story_end()));
  }
  return status;
}

}  // namespace

Command create_command() {
  return {"create",
          "make a child in new namespaces, or run a program there",
          "[OPTION...] [[--] PROGRAM [ARG...]]",
          "Makes a child in the chosen new namespaces. Without PROGRAM it holds them until Ctrl-C, "
          "SIGTERM, --for,\n"
          "or the end of nsplay; with --detach it lives on. With PROGRAM it runs that and ends "
          "with its status.\n"
          "Without the privilege to do so, a user namespace in which you are root is added.",
          StatusFamily::program,
          &create_syntax,
          &run_create};
}

}  // namespace nsplay::app
