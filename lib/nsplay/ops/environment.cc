#include "nsplay/ops/environment.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::ops {
namespace {

bool is_assignment(std::string_view text, std::string_view name) {
  return text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=';
}

void remove(Environment& environment, Environment::iterator from, std::string_view name) {
  environment.erase(
      std::remove_if(from,
                     environment.end(),
                     [&](const std::string& text) { return is_assignment(text, name); }),
      environment.end());
}

template <typename List>
auto find_variable(List& environment, std::string_view name) {
  return std::find_if(environment.begin(), environment.end(), [&](const std::string& text) {
    return is_assignment(text, name);
  });
}

void assign(Environment& environment, const std::string& assignment) {
  const auto name = std::string_view(assignment).substr(0, assignment.find('='));
  const auto place = find_variable(environment, name);
  if (place == environment.end()) {
    environment.push_back(assignment);
    return;
  }
  *place = assignment;
  remove(environment, std::next(place), name);
}

Result<> check_names(std::string_view option, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.empty() || name.find('=') != std::string::npos) {
      return fail(Error::usage(fmt::format("{} wants a name, not {}", option, quote(name))));
    }
  }
  return {};
}

}  // namespace

std::string_view standard_path() {
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

std::string_view variable(const Environment& environment, std::string_view name) {
  const auto found = find_variable(environment, name);
  return found == environment.end() ? std::string_view()
                                    : std::string_view(*found).substr(name.size() + 1);
}

Environment environment_of_target(Environment target, const Environment& caller) {
  const std::string_view terminal = variable(caller, "TERM");
  if (!terminal.empty()) {
    assign(target, fmt::format("TERM={}", terminal));
  }
  return target;
}

Environment cleared_environment(const Environment& caller) {
  return environment_of_target({fmt::format("PATH={}", standard_path())}, caller);
}

void keep_variables(Environment& environment,
                    const Environment& caller,
                    const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (const auto found = find_variable(caller, name); found != caller.end()) {
      assign(environment, *found);
    }
  }
}

void change_environment(Environment& environment, const EnvironmentRequest& request) {
  for (const std::string& name : request.unset) {
    remove(environment, environment.begin(), name);
  }
  for (const std::string& assignment : request.set) {
    assign(environment, assignment);
  }
}

Result<> check_environment(const EnvironmentRequest& request) {
  for (const std::string& assignment : request.set) {
    if (assignment.find('=') == std::string::npos || assignment.starts_with('=')) {
      return fail(
          Error::usage(fmt::format("--setenv wants NAME=VALUE, not {}", quote(assignment))));
    }
  }
  TRY(check_names("--unsetenv", request.unset));
  return check_names("--whitelist-env", request.kept);
}

}  // namespace nsplay::ops
