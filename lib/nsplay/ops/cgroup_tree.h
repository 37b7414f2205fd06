#pragma once

// What a program has made below the cgroup that was made for it, and left there.

#include <functional>
#include <string>

#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

/// Is told the path of each that was removed, from the cgroup down: "sub/inner".
using RemovalListener = std::function<void(const std::string& path)>;

/// Removes the cgroups below this one, what lies deeper first, if no process is in any of them nor
/// in this one. Of what cannot be removed nothing is said: a call looks at 4,096 of them at most,
/// 64 levels down. Follows no link and no mount; before Linux 5.6 nothing is removed.
void remove_empty_cgroups_below(const sys::UniqueFd& cgroup, const RemovalListener& listener = {});

}  // namespace nsplay::ops
