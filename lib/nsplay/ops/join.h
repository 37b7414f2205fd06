#pragma once

// nsplay join: a program in the namespaces of a process, or in one namespace.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/session.h"

namespace nsplay::ops {

struct JoinRequest {
  std::string target;
  ns::KindSet kinds;                 ///< empty: every kind that differs from the caller's
  std::vector<std::string> program;  ///< empty: a shell
};

/// A program that runs there.
struct Joined {
  std::vector<std::string> notes;  ///< what differs from what the user may expect
  Session session;
};

/// Errors: those of target::resolve; nothing left to join; EACCES and EPERM with the rule that
/// refuses; a program that cannot be executed there. No process is left then.
Result<Joined> join(const JoinRequest& request);

}  // namespace nsplay::ops
