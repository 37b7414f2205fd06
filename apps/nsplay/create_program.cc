#include "create_program.h"

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/signals.h"

#include "privileges.h"

namespace nsplay::app {
namespace {

Result<int> end_signal_from(const std::string& name) {
  const auto signal = name.empty() ? SIGKILL : sys::signal_named(name);
  if (!signal) {
    return fail(Error::usage(fmt::format("--kill-child: there is no signal {}", quote(name)),
                             "write it like TERM, SIGTERM or 15"));
  }
  return *signal;
}

ops::EnvironmentRequest created_environment(const Arguments& arguments) {
  ops::EnvironmentRequest request;
  request.set = arguments.values("setenv");
  request.unset = arguments.values("unsetenv");
  if (const std::string* names = arguments.value("whitelist-env")) {
    const auto list = split(*names, ',');
    request.kept.assign(list.begin(), list.end());
  }
  if (arguments.has("clear-env") || arguments.has("whitelist-env")) {
    request.source = ops::EnvironmentSource::clear;
  }
  return request;
}

/// A detached child has no front process that could do it.
Result<> check_foreground(const Arguments& arguments) {
  for (const char* option : {"kill-child", "forward-signals"}) {
    if (arguments.has("detach") && arguments.has(option)) {
      return fail(
          Error::usage(fmt::format("--{} contradicts --detach", option), "leave one of them out"));
    }
  }
  return {};
}

}  // namespace

std::vector<Option> program_options() {
  return {{"setuid", 'S', "USER", "run PROGRAM as this user: number, or name"},
          {"setgid", 'G', "GROUP", "run PROGRAM as this group: number, or name"},
          {"keep-caps", 0, "", "keep your capabilities as another user than root too"},
          {"drop-caps", 0, "LIST", "take capabilities away: names with commas, or all"},
          {"no-new-privs", 0, "", "PROGRAM never gains privileges by execve"},
          {"clear-env", 0, "", "environment: TERM and a standard PATH alone"},
          {"whitelist-env", 0, "LIST", "and these, names with commas; implies --clear-env"},
          {"setenv", 0, "NAME=VALUE", "set a variable; may be repeated", Repeat::yes},
          {"unsetenv", 0, "NAME", "remove a variable; may be repeated", Repeat::yes},
          {"cgroup-path", 0, "PATH", "run in this cgroup, made and removed if need be"},
          {"kill-child", 0, "[=SIG]", "PROGRAM gets it when nsplay ends (KILL)"},
          {"forward-signals", 0, "", "pass signals on to PROGRAM; it is done anyway"}};
}

Result<> add_program_options(const Arguments& arguments, ops::CreateRequest& request) {
  TRY(check_foreground(arguments));
  request.account = {optional_value(arguments, "setuid"), optional_value(arguments, "setgid")};
  request.privileges = TRY(privileges_from(arguments));
  request.environment = created_environment(arguments);
  request.cgroup = optional_value(arguments, "cgroup-path");
  if (const std::string* name = arguments.value("kill-child")) {
    request.end_signal = TRY(end_signal_from(*name));
  }
  return {};
}

}  // namespace nsplay::app
