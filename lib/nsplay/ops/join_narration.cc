#include "nsplay/ops/join_narration.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::ops {
namespace {

using By = NarratedCall::By;

std::string words_of_program(const sys::Program& program) {
  return program.arguments.empty() ? quote(program.candidates.front())
                                   : quoted_words(program.arguments);
}

}  // namespace

Result<JoinNarration> JoinNarration::make(const JoinRequest& request, const JoinPlan& plan) {
  auto steps = TRY(steps_of(request, plan));
  JoinNarration narration(request, plan, std::move(steps), TRY(ns::OwnNamespaces::read()));
  narration.program_ = words_of_program(plan.program);
  return narration;
}

void JoinNarration::begin(const Crossing& crossing) {
  crossing_ = &crossing;
  next_ = 0;
  last_ = {};
  last_halt_.reset();
}

void JoinNarration::tell(const ChildReport& report) {
  const By by = request_->fork == ForkRule::self ? By::nsplay : By::child;
  if (narrate_step(
          request_->narrator, report, last_, [&] { return words_of(report); }, by)) {
    last_ = report;
  }
  const bool has_crossed = report.step == Step::set_namespaces && report.errnum == 0;
  if (has_crossed && report.progress == Progress::done) {
    tell_moves(crossing_->steps.at(static_cast<std::size_t>(report.detail)));
  }
}

StepWords JoinNarration::words_of(const ChildReport& report) {
  if (report.step == Step::set_namespaces) {
    return {subject_of(crossing_->steps.at(static_cast<std::size_t>(report.detail)), *plan_)};
  }
  if (report.step == Step::execute_program) {
    return {program_};
  }
  const auto written = static_cast<std::int64_t>(bytes_written(report.step));
  if (report.step == Step::join_cgroup) {
    return {subject_of(plan_->cgroups.at(static_cast<std::size_t>(report.detail))), written};
  }
  return {subject_of_next(report.step), written};
}

/// Of the steps of one kind the next that was not told yet.
std::string JoinNarration::subject_of_next(Step step) {
  for (std::size_t i = next_; i < steps_.size(); ++i) {
    if (steps_[i].step == step) {
      next_ = i + 1;
      return steps_[i].subject;
    }
  }
  return {};
}

/// By the steps that are a write(2).
std::size_t JoinNarration::bytes_written(Step step) const {
  switch (step) {
    case Step::join_cgroup:
      return 1;
    case Step::set_context:
      return plan_->context->text.size();
    case Step::set_oom_score:
      return plan_->likeness->oom_score_adjustment->size();
    default:
      return 0;
  }
}

/// One that lies between is no namespace of the plan.
void JoinNarration::tell_moves(const CrossingStep& step) {
  const auto& between = crossing_->between;
  const auto halt = std::find_if(between.begin(), between.end(), [&](const auto& handle) {
    return step.file == &handle.fd();
  });
  if (halt != between.end()) {
    tell_move(*halt);
    return;
  }
  for (const ns::NamespaceHandle& handle : plan_->namespaces) {
    if (step.kinds.contains(handle.kind())) {
      tell_move(handle);
    }
  }
}

void JoinNarration::tell_move(const ns::NamespaceHandle& handle) {
  const auto& own = own_.of(handle.kind());
  const auto before = last_halt_ && handle.kind() == ns::Kind::user ? last_halt_ : own;
  if (before) {
    narrate_move(request_->narrator, handle.kind(), before->inode, handle.identity().inode);
  }
  if (handle.kind() == ns::Kind::user) {
    last_halt_ = handle.identity();
  }
}

}  // namespace nsplay::ops
