#pragma once

// Who the program of create is, what it may do, and which environment it gets.

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/environment.h"
#include "nsplay/ops/id_maps.h"
#include "nsplay/ops/launch.h"

namespace nsplay::ops {

struct CreateRequest;

/// Ids are those of the program's user namespace; a name is a user's or group's of its root
/// directory.
struct AccountRequest {
  std::optional<std::string> user;   ///< with its group and supplementary groups
  std::optional<std::string> group;  ///< without supplementary groups
};

/// Usage errors: what only a program can have, without one; those of
/// check_account() and check_environment().
Result<> check_program_options(const CreateRequest& request);

/// Empty: as whoever starts it. `new_user_namespace` is what is about to be written for a new one;
/// none: the program is in the caller's. `root` is the program's root directory. Notes say what
/// differs from what the caller may expect. Errors: a name that nobody has there; an id that is
/// not mapped there.
Result<std::optional<Identity>> identity_of_program(const AccountRequest& request,
                                                    const IdMapping* new_user_namespace,
                                                    const sys::UniqueFd& root,
                                                    std::vector<std::string>& notes);

/// The caller's, or what is left of it, with the changes.
Environment environment_of_program(const EnvironmentRequest& request, Environment caller);

}  // namespace nsplay::ops
