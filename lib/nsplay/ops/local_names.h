#pragma once

// Names of the caller's machine: /etc/passwd and /etc/group, and what a name service has besides.
// That one is asked by getent(1), so that none of its plug-ins is loaded into this process, which
// may be root's.

#include <sys/types.h>

#include <optional>
#include <string>

#include "nsplay/ops/accounts.h"

namespace nsplay::ops {

/// The user with this uid, or with this name.
std::optional<Account> account_of(uid_t uid);
std::optional<Account> account_named(const std::string& name);

/// The gid of the group with this name.
std::optional<gid_t> group_named(const std::string& name);

}  // namespace nsplay::ops
