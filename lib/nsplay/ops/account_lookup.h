#pragma once

// Users and groups by the names and numbers that a caller wrote, as /etc/passwd and /etc/group
// below a program's root directory have them. No name service is asked.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/launch.h"

namespace nsplay::ops {

/// Usage errors: it is empty; a number beyond the highest id.
Result<> check_account(std::string_view option, const std::optional<std::string>& account);

struct AccountSources {
  const sys::UniqueFd& root;  ///< none: numbers alone are known
  std::vector<std::string>& notes;
};

/// The groups that go with a user.
enum class UserGroups { wanted, not_wanted };

/// Puts the uid, and the groups if they are wanted, into `identity`. A number that has no line
/// there has gid 0 and no supplementary groups. Errors: nobody has the name; those of reading the
/// files.
Result<> look_up_user(const std::string& text,
                      UserGroups groups,
                      const AccountSources& from,
                      Identity& identity);

/// Puts the gid into `identity`. Errors: the same.
Result<> look_up_group(const std::string& text, const AccountSources& from, Identity& identity);

}  // namespace nsplay::ops
