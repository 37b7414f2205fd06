#pragma once

// Why a program could not become who it was to be, or get what it was to be able to do.

#include <string>

#include "nsplay/ops/child_report.h"

namespace nsplay::ops {

/// The rule and the cure of setgroups(2), setresgid(2), setresuid(2) and of dropping capabilities;
/// empty for other steps, and where they are not known.
std::string credentials_hint(const ChildReport& report);

}  // namespace nsplay::ops
