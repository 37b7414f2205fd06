#pragma once

// The environment that a program gets, as environ(7) has it: a list of NAME=VALUE, in an order, of
// any bytes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::ops {

using Environment = std::vector<std::string>;

enum class EnvironmentSource {
  target,  ///< as the target's process was started with it
  keep,    ///< the caller's
  clear,   ///< TERM and the standard PATH alone
};

struct EnvironmentRequest {
  std::optional<EnvironmentSource> source;  ///< empty: what suits the namespaces
  std::vector<std::string> kept;            ///< names that `clear` leaves as the caller has them
  std::vector<std::string> unset;           ///< names; done before `set`
  std::vector<std::string> set;             ///< NAME=VALUE each
};

/// Where a program is looked up when its environment has no PATH.
std::string_view standard_path();

/// The value of `name`, empty when it is not set.
std::string_view variable(const Environment& environment, std::string_view name);

/// The target's environment, with the caller's TERM in its place or at the end: it is the caller's
/// terminal that the program writes to.
Environment environment_of_target(Environment target, const Environment& caller);

/// The standard PATH and the caller's TERM.
Environment cleared_environment(const Environment& caller);

/// Puts the caller's variables of these names into `environment`, as far as he has them.
void keep_variables(Environment& environment,
                    const Environment& caller,
                    const std::vector<std::string>& names);

/// A variable that is set keeps its place, a new one comes at the end. Of one that is there several
/// times the first remains.
void change_environment(Environment& environment, const EnvironmentRequest& request);

/// Usage errors: a name that is empty or has a '=', an assignment without one.
Result<> check_environment(const EnvironmentRequest& request);

}  // namespace nsplay::ops
