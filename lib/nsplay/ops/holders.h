#pragma once

// nsplay holders: what keeps a namespace alive, and what would release it.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/process_look.h"

namespace nsplay::ops {

struct HoldersRequest {
  std::string target;                     ///< one namespace, or a process
  std::optional<ns::KindSet> kinds = {};  ///< of a process; empty: those that are not the caller's
  ns::OnProgress on_progress = {};
};

struct NamespaceHolder {
  ns::Holder holder;
  std::optional<ListedProcess> process;      ///< of `holder.pid`
  std::optional<ns::NamespaceRef> relative;  ///< that of `holder.relative`
  std::string release;  ///< the command that would release it; empty: there is none
};

/// What becomes of a namespace without a visible holder when this process lets go of it.
enum class Survival {
  held,     ///< it has visible holders
  hidden,   ///< it lives on: something keeps it that cannot be seen
  gone,     ///< nothing else has kept it
  unknown,  ///< the kernel does not say: before Linux 6.18, or without CAP_SYS_ADMIN over its owner
};

struct HeldNamespace {
  ns::NamespaceRef ref;
  std::vector<NamespaceHolder> holders;
  Survival survival = Survival::held;
};

struct HoldersReport {
  std::string target;
  std::vector<HeldNamespace> namespaces;
  std::size_t unreadable_processes = 0;  ///< that the caller may not look at
};

/// Looks at all sources of the census. Errors: those of resolving the target; usage, kinds were
/// chosen of a namespace, or it is a process that is nowhere else than the caller; those of reading
/// /proc.
Result<HoldersReport> find_holders(const HoldersRequest& request);

}  // namespace nsplay::ops
