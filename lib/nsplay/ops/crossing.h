#pragma once

// In which order namespaces are joined, and by which calls. Where the kernel can do it, one
// setns(2) with the target's pidfd takes them all or none. Where it cannot, the order follows from
// who owns what; nothing is found out by trying.

#include <optional>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/capability_rules.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

/// One setns(2). `file` is a pidfd with any set of kinds, or a namespace with its own kind.
struct CrossingStep {
  const sys::UniqueFd* file = nullptr;
  ns::KindSet kinds;
};

/// The steps in order; the pidfd and the handles that they were made from have to outlive them.
struct Crossing {
  std::vector<ns::NamespaceHandle>
      between;  ///< user namespaces that nobody asked for, but on the way
  std::vector<CrossingStep> steps;
};

/// All at once through the pidfd, Linux 5.8.
Crossing cross_at_once(const sys::UniqueFd& pidfd, ns::KindSet kinds);

/// One by one. Joining a user namespace changes what the caller may do: the others come before it
/// where the caller has CAP_SYS_ADMIN over their owner now. Else each comes as soon as a user
/// namespace on the way down to the target's is joined that its owner lies in. Errors: EPERM,
/// naming the first that no way allows.
Result<Crossing> cross_in_order(const std::vector<ns::NamespaceHandle>& handles,
                                const ns::CapabilityRules& rules);

}  // namespace nsplay::ops
