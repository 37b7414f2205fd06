#pragma once

// nsplay join --plan: what a join would do, in its order, without doing it.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_plan.h"

namespace nsplay::ops {

struct PreviewStep {
  std::optional<Step> step;  ///< none: nsplay itself does it
  std::string call;          ///< "setns"
  std::string subject;       ///< "pidfd 4711: uts, net"; as it is, not yet harmless to print
};

struct JoinPreview {
  std::string target;  ///< what the user wrote; may be empty
  std::vector<ns::NamespaceRef> namespaces;
  std::vector<PreviewStep> steps;
  std::optional<uid_t> uid;                  ///< as it is there; empty: the caller's stays
  std::optional<gid_t> gid;                  ///< the same
  std::optional<std::vector<gid_t>> groups;  ///< the same
  std::vector<std::string> candidates;       ///< paths of the program, of which the first is taken
  std::vector<std::string> notes;
};

/// Errors: those that join() has before it does anything.
Result<JoinPreview> preview_join(const JoinRequest& request);

/// The steps of such a join, in their order. Errors: those of crossing_of().
Result<std::vector<PreviewStep>> steps_of(const JoinRequest& request, const JoinPlan& plan);

/// "/web of cgroup2".
std::string subject_of(const OpenCgroup& cgroup);

/// What one setns(2) of it joins: a namespace's own name, or that it is one which lies between.
std::string subject_of(const CrossingStep& step, const JoinPlan& plan);

}  // namespace nsplay::ops
