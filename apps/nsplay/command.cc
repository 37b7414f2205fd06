#include "command.h"

#include <fmt/format.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::app {
namespace {

Result<ns::Kind> kind_named(std::string_view word) {
  std::vector<std::string_view> names;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (info.name == word) {
      return info.kind;
    }
    names.push_back(info.name);
  }
  const std::string_view meant = closest(word, names);
  return fail(Error::usage(fmt::format("unknown type {}", quote(word)),
                           meant.empty()
                               ? fmt::format("it is one of {}", ns::KindSet::all().to_string())
                               : fmt::format("did you mean '{}'?", meant)));
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {create_command(),
                                             join_command(),
                                             inspect_command(),
                                             diff_command(),
                                             list_command(),
                                             tree_command(),
                                             holders_command(),
                                             ps_command(),
                                             stop_command()};
  return table;
}

std::vector<Option> namespace_options(std::string_view all_help,
                                      std::string_view value_name,
                                      Repeat repeat) {
  // In nsenter's order, which is the one that people know.
  return {{"mount", 'm', value_name, "mnt: mount points", repeat},
          {"uts", 'u', value_name, "uts: hostname and NIS domain name", repeat},
          {"ipc", 'i', value_name, "ipc: System V IPC, POSIX message queues", repeat},
          {"net", 'n', value_name, "net: devices, addresses, routes, ports", repeat},
          {"pid", 'p', value_name, "pid: process ids", repeat},
          {"user", 'U', value_name, "user: user and group ids, capabilities", repeat},
          {"cgroup", 'C', value_name, "cgroup: cgroup root directory", repeat},
          {"time", 'T', value_name, "time: boot and monotonic clocks", repeat},
          {"all", 'a', "", all_help}};
}

ns::KindSet chosen_kinds(const Arguments& arguments) {
  if (arguments.has("all")) {
    return ns::KindSet::all();
  }
  ns::KindSet kinds;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (arguments.has(std::string(info.option))) {
      kinds.insert(info.kind);
    }
  }
  return kinds;
}

std::map<ns::Kind, std::string> values_of_kinds(const Arguments& arguments) {
  std::map<ns::Kind, std::string> values;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const std::string* value = arguments.value(std::string(info.option));
    if (value != nullptr && !value->empty()) {
      values.emplace(info.kind, *value);
    }
  }
  return values;
}

Result<ns::KindSet> kinds_of_type_option(const Arguments& arguments) {
  if (!arguments.has("type")) {
    return ns::KindSet::all();
  }
  ns::KindSet kinds;
  for (const std::string& word : arguments.values("type")) {
    kinds.insert(TRY(kind_named(word)));
  }
  return kinds;
}

std::string help_of(const Command& command) {
  return fmt::format("Usage: nsplay {} {}\n\n{}\n\nOptions:\n{}",
                     command.name,
                     command.synopsis,
                     command.details,
                     describe_options(command.syntax().options));
}

}  // namespace nsplay::app
