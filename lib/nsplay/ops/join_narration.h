#pragma once

// What `nsplay join` tells of itself: the steps of its plan as they are made, and which namespaces
// are others than before.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/join.h"
#include "nsplay/ops/join_cgroups.h"
#include "nsplay/ops/join_plan.h"
#include "nsplay/ops/join_preview.h"
#include "nsplay/ops/narration.h"

namespace nsplay::ops {

/// Needs the request and the plan that it was made of.
class [[nodiscard]] JoinNarration {
 public:
  /// Errors: those of steps_of() and of reading one's own namespaces.
  static Result<JoinNarration> make(const JoinRequest& request, const JoinPlan& plan);

  /// An attempt begins, along this crossing, which has to outlive it.
  void begin(const Crossing& crossing);

  /// Words a report of the process that crosses.
  void tell(const ChildReport& report);

 private:
  JoinNarration(const JoinRequest& request,
                const JoinPlan& plan,
                std::vector<PreviewStep> steps,
                const ns::OwnNamespaces& own)
      : request_(&request), plan_(&plan), steps_(std::move(steps)), own_(own) {}

  [[nodiscard]] StepWords words_of(const ChildReport& report);
  std::string subject_of_next(Step step);
  [[nodiscard]] std::size_t bytes_written(Step step) const;
  void tell_moves(const CrossingStep& step);
  void tell_move(const ns::NamespaceHandle& handle);

  const JoinRequest* request_;
  const JoinPlan* plan_;
  std::vector<PreviewStep> steps_;
  std::string program_;  ///< its words, which are the worker's when it starts
  ns::OwnNamespaces own_;
  const Crossing* crossing_ = nullptr;
  std::size_t next_ = 0;  ///< of the steps
  ChildReport last_;
  std::optional<sys::FileIdentity> last_halt_;  ///< the user namespace that was joined last
};

}  // namespace nsplay::ops
