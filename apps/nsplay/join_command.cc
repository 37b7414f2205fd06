#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_preview.h"
#include "nsplay/render/join_view.h"
#include "nsplay/render/json.h"
#include "nsplay/sys/process.h"

#include "command.h"
#include "output.h"
#include "privileges.h"

namespace nsplay::app {
namespace {

Syntax join_syntax() {
  Syntax syntax{"join",
                TakesTarget::yes,
                TakesProgram::yes,
                namespace_options("every kind that differs from yours (the default)", "[=TARGET]")};
  const std::vector<Option> own = {
      {"net-socket", 'N', "FD", "net of this socket of TARGET's; implies --net"},
      {"user-parent", 0, "", "the parent of the user namespace; implies --user"},
      {"setuid", 'S', "USER", "run as this user: number, name there, or follow"},
      {"setgid", 'G', "GROUP", "run as this group: number, name there, or follow"},
      {"preserve-credentials", 0, "", "keep your ids, also in a user namespace"},
      {"keep-caps", 0, "", "keep your capabilities as another user too"},
      {"drop-caps", 0, "LIST", "take capabilities away: names with commas, or all"},
      {"no-new-privs", 0, "", "PROGRAM never gains privileges by execve"},
      {"as-target", 0, "", "be and may do what TARGET is and may do"},
      {"join-cgroup", 'c', "", "run in the cgroups of TARGET"},
      {"follow-context", 'Z', "", "the security module's context is TARGET's"},
      {"fix-sys", 0, "", "a /sys of the network namespace, without mnt"},
      {"fix-proc", 0, "", "a /proc of the pid namespace, without mnt"},
      {"root", 'r', "[DIR]", "root directory: DIR, or the target's"},
      {"wd", 'w', "[DIR]", "working directory: DIR, or the target's"},
      {"wdns", 'W', "DIR", "working directory, looked up there"},
      {"env", 'e', "[=FROM]", "environment: target (-e alone), keep or clear"},
      {"setenv", 0, "NAME=VALUE", "set a variable; may be repeated", Repeat::yes},
      {"unsetenv", 0, "NAME", "remove a variable; may be repeated", Repeat::yes},
      {"pty", 0, "", "a terminal of its own, also without one here"},
      {"no-pty", 0, "", "your terminal itself, not one of its own"},
      {"no-fork", 'F', "", "become PROGRAM: nothing stays beside it"},
      {"preserve-fds", 0, "N", "let N descriptors from 3 on cross as well"},
      {"narrate", 0, "", "tell each kernel call and change on stderr"},
      {"plan", 0, "", "show what would be done, and do nothing"},
      {"json", 0, "", "with --plan: print it as JSON"},
      {"help", 'h', "", "show this help"}};
  syntax.options.insert(syntax.options.end(), own.begin(), own.end());
  return syntax;
}

struct SourceName {
  std::string_view name;
  ops::EnvironmentSource source;
};

constexpr SourceName source_names[] = {{"", ops::EnvironmentSource::target},
                                       {"target", ops::EnvironmentSource::target},
                                       {"keep", ops::EnvironmentSource::keep},
                                       {"clear", ops::EnvironmentSource::clear}};

Result<ops::EnvironmentRequest> joined_environment(const Arguments& arguments) {
  ops::EnvironmentRequest request;
  request.set = arguments.values("setenv");
  request.unset = arguments.values("unsetenv");
  if (const std::string* name = arguments.value("env")) {
    const auto* row = std::find_if(std::begin(source_names),
                                   std::end(source_names),
                                   [&](const SourceName& source) { return source.name == *name; });
    if (row == std::end(source_names)) {
      return fail(
          Error::usage(fmt::format("--env wants target, keep or clear, not {}", quote(*name))));
    }
    request.source = row->source;
  }
  return request;
}

Result<int> preserved_files_from(const Arguments& arguments) {
  constexpr int most_files = 1 << 20;  // what fs.nr_open is by default
  const std::string* text = arguments.value("preserve-fds");
  if (text == nullptr) {
    return 0;
  }
  const auto count = parse_number<int>(*text);
  if (!count || *count < 0 || *count > most_files) {
    return fail(Error::usage(
        fmt::format("--preserve-fds wants a number up to {}, not {}", most_files, quote(*text))));
  }
  return *count;
}

Result<std::optional<int>> net_socket_from(const Arguments& arguments) {
  const std::string* text = arguments.value("net-socket");
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto descriptor = parse_number<int>(*text);
  if (!descriptor || *descriptor < 0) {
    return fail(Error::usage(
        fmt::format("--net-socket wants a file descriptor of TARGET's, not {}", quote(*text)),
        "ls -l /proc/PID/fd shows them"));
  }
  return *descriptor;
}

Result<ops::PtyRule> pty_rule_from(const Arguments& arguments) {
  if (arguments.has("pty") && arguments.has("no-pty")) {
    return fail(Error::usage("--pty contradicts --no-pty", "leave one of them out"));
  }
  if (arguments.has("pty")) {
    return ops::PtyRule::always;
  }
  return arguments.has("no-pty") ? ops::PtyRule::never : ops::PtyRule::when_on_terminal;
}

Result<ops::JoinRequest> join_request(const Arguments& arguments) {
  ops::JoinRequest request;
  request.target = arguments.target;
  // --all is the default: what the caller shares already, and what this kernel lacks, is left out.
  request.kinds = arguments.has("all") ? ns::KindSet() : chosen_kinds(arguments);
  request.sources = values_of_kinds(arguments);
  request.every_kind = arguments.has("all");
  request.user_parent = arguments.has("user-parent");
  request.net_socket = TRY(net_socket_from(arguments));
  request.program = arguments.program;
  request.environment = TRY(joined_environment(arguments));
  request.identity = {optional_value(arguments, "setuid"),
                      optional_value(arguments, "setgid"),
                      false,
                      arguments.has("preserve-credentials")};
  request.preserved_files = TRY(preserved_files_from(arguments));
  request.privileges = TRY(privileges_from(arguments));
  request.as_target = arguments.has("as-target");
  request.join_cgroup = arguments.has("join-cgroup");
  request.follow_context = arguments.has("follow-context");
  request.fresh_mounts = {arguments.has("fix-sys"), arguments.has("fix-proc")};
  request.fork = arguments.has("no-fork") ? ops::ForkRule::self : ops::ForkRule::child;
  request.tell_notes = &print_notes;
  if (arguments.has("narrate")) {
    request.narrator = &print_narrated;
  }
  request.pty = TRY(pty_rule_from(arguments));
  request.place = {optional_value(arguments, "root"),
                   optional_value(arguments, "wd"),
                   optional_value(arguments, "wdns")};
  return request;
}

Result<int> show_plan(const ops::JoinRequest& request, const Arguments& arguments) {
  const auto preview = ops::preview_join(request);
  if (!preview && arguments.has("json")) {
    write_failure(render::join_failure_json(request.target, preview.error()));
  }
  if (!preview) {
    return fail(preview.error());
  }
  TRY(write_stdout(arguments.has("json") ? render::join_json(*preview)
                                         : render::join_preview_text(*preview)));
  print_notes(preview->notes);
  return 0;
}

Result<int> run_join(const Arguments& arguments) {
  if (arguments.target.empty() && values_of_kinds(arguments).empty()) {
    return fail(Error::usage("join needs a TARGET",
                             "name a pid or a namespace file: nsplay join 4711 -- id"));
  }
  if (arguments.has("json") && !arguments.has("plan")) {
    return fail(Error::usage("--json is for --plan", "the program's output is its own"));
  }
  if (arguments.has("narrate") && arguments.has("plan")) {
    return fail(Error::usage("--narrate contradicts --plan", "a plan makes no call"));
  }
  const ops::JoinRequest request = TRY(join_request(arguments));
  if (arguments.has("plan")) {
    return show_plan(request, arguments);
  }
  ops::Joined joined = TRY(ops::join(request));
  print_notes(joined.notes);
  if (!joined.session.relays()) {
    sys::leave_input_and_output();
  }
  const pid_t program = joined.session.pid();
  const int status = TRY(joined.session.wait());
  ops::narrate_end(request.narrator, program, status);
  return status;
}

}  // namespace

Command join_command() {
  return {
      "join",
      "run a program in the namespaces of a process",
      "[TARGET] [OPTION...] [[--] PROGRAM [ARG...]]",
      "Runs PROGRAM, or a shell, in the namespaces of TARGET. Without namespace option: in all of "
      "those in which\n"
      "TARGET differs from you. When mnt is among them, also in its root and working directory, "
      "with its environment.\n"
      "Ends with PROGRAM's status.\n\n"
      "TARGET is a pid, PID:PIDFD_INODE, the NAME of a play or a container, ENGINE:NAME as in "
      "podman:web, netns:NAME,\n"
      "KIND:[INODE], id:ID, or a namespace file.\n"
      "It may be left out when every kind that is joined has its own, as with --net=TARGET.",
      StatusFamily::program,
      &join_syntax,
      &run_join};
}

}  // namespace nsplay::app
