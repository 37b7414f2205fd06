#pragma once

// What a join is going to do, made before anything is done: which namespaces, as whom, where, what.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_cgroups.h"
#include "nsplay/ops/join_context.h"
#include "nsplay/ops/join_sources.h"
#include "nsplay/ops/join_worker.h"
#include "nsplay/ops/launch.h"
#include "nsplay/sys/execution.h"

namespace nsplay::ops {

struct JoinPlan {
  JoinSources sources;
  std::vector<ns::NamespaceHandle> namespaces;  ///< those to join, in the order of the kinds
  Identity identity;
  Privileges privileges;
  int preserved_files = 0;
  std::vector<TargetCgroup> cgroups;
  std::optional<ExecContext> context;
  FreshMounts fresh_mounts;
  std::optional<Place> place;
  sys::Program program;
  std::vector<std::string> notes;
};

/// Errors: usage, nothing to join; EACCES, not allowed to look at the target.
Result<JoinPlan> plan_join(const JoinRequest& request);

/// Their kinds as a set.
ns::KindSet kinds_of(const std::vector<ns::NamespaceHandle>& namespaces);

}  // namespace nsplay::ops
