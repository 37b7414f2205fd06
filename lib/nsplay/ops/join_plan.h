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
  std::vector<OpenCgroup> cgroups;
  std::optional<ExecContext> context;
  std::optional<Likeness> likeness;
  FreshMounts fresh_mounts;
  std::optional<Place> place;
  sys::Program program;
  bool needs_launcher = false;  ///< whoever decides what is executed must not reach nsplay's file
  std::vector<std::string> notes;
};

/// Errors: usage, nothing to join; EACCES, not allowed to look at the target.
Result<JoinPlan> plan_join(const JoinRequest& request);

/// "cannot join 4711".
std::string doing(const JoinRequest& request);

/// How the namespaces are joined: by one call if everything comes from one process and the kernel
/// can do it, else one by one. Errors: those of cross_in_order(). Both want the plan to outlive
/// them.
Result<Crossing> crossing_of(const JoinPlan& plan);
Result<Crossing> crossing_in_order(const JoinPlan& plan);

/// The first of these; empty: it is not to be had.
std::optional<Crossing> atomic_crossing(const JoinPlan& plan);

/// Their kinds as a set.
ns::KindSet kinds_of(const std::vector<ns::NamespaceHandle>& namespaces);

}  // namespace nsplay::ops
