#include "nsplay/ops/join_worker.h"

#include <csignal>

#include "nsplay/base/exit_status.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

ChildReport cross(const std::vector<CrossingStep>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const CrossingStep& step = steps[i];
    if (const int error =
            sys::set_namespaces(*step.file, static_cast<int>(step.kinds.clone_flags()))) {
      ChildReport report = failure_of(Step::set_namespaces, error);
      report.value = static_cast<std::int64_t>(i);
      return report;
    }
  }
  return {};
}

/// setns(2) leads to the root of the mount namespace; a target that is chrooted has its own. A
/// working directory outside of that root would be a way out of it, so it is not taken over.
ChildReport go_to(const Place& place) {
  if (const int error = sys::change_root(place.root)) {
    return failure_of(Step::change_root, error);
  }
  if (sys::change_directory(place.working_directory) != 0 ||
      !sys::working_directory_is_inside_root()) {
    if (const int error = sys::change_directory("/")) {
      return failure_of(Step::change_root, error);
    }
  }
  return {};
}

ChildReport start(const WorkerPlan& plan) {
  ProgramStart start;
  start.image = plan.image;
  start.inbox = plan.inbox;
  start.identity = plan.identity;
  start.parent_death_signal = SIGKILL;
  return start_program(start, Relation::sibling);
}

}  // namespace

int run_worker(WorkerPlan& plan) {
  plan.lifeline.write_end.reset();
  sys::block_all_signals();
  sys::set_dumpable(sys::Dumpable::no);  // nobody in the target may trace what is half inside
  ChildReport report = cross(plan.crossing->steps);
  if (report.errnum == 0 && plan.place != nullptr) {
    report = go_to(*plan.place);
  }
  if (report.errnum == 0) {
    report = start(plan);
  }
  if (report.errnum != 0) {
    send_report(plan.reports.write_end, report);
    return exit_own_failure;
  }
  guard_program(report, plan.reports.write_end, plan.lifeline.read_end);
}

}  // namespace nsplay::ops
