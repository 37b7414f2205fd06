#include "nsplay/ops/create_child.h"

#include <csignal>

#include "nsplay/base/exit_status.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/holder.h"
#include "nsplay/ops/init.h"
#include "nsplay/ops/launch.h"
#include "nsplay/ops/mount_steps.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/network.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

constexpr int newtime = static_cast<int>(sys::abi::clone_newtime);

bool wants_time_namespace(const ChildPlan& plan) {
  return plan.kinds.contains(ns::Kind::time);
}

int enter_new_time_namespace() {
  const auto own = sys::open_file("/proc/self/ns/time_for_children", O_RDONLY);
  return own ? sys::set_namespaces(*own, newtime) : own.error().errnum;
}

struct SetUpStep {
  Step step;
  bool (*applies)(const ChildPlan&);
  int (*run)(const ChildPlan&);  ///< the errno
};

constexpr SetUpStep set_up_steps[] = {
    {Step::make_cgroup_namespace,
     [](const ChildPlan& plan) { return plan.cgroup && plan.kinds.contains(ns::Kind::cgroup); },
     [](const ChildPlan& /*plan*/) {
       constexpr ns::KindSet kinds = {ns::Kind::cgroup};
       return sys::unshare_namespaces(static_cast<int>(kinds.clone_flags()));
     }},
    // unshare(2) gives a new time namespace to children only, so that its offsets can still be set;
    // setns(2) then moves the caller too (time_namespaces(7)).
    {Step::make_time_namespace,
     &wants_time_namespace,
     [](const ChildPlan& /*plan*/) { return sys::unshare_namespaces(newtime); }},
    {Step::set_time_offsets,
     [](const ChildPlan& plan) { return !plan.time_offsets.empty(); },
     [](const ChildPlan& plan) {
       // An owner's child is undumpable, so that the file would be root's (proc(5)).
       if (plan.request->ids.owner) {
         sys::set_dumpable(sys::Dumpable::yes);
       }
       return sys::write_text_to("/proc/self/timens_offsets", plan.time_offsets);
     }},
    {Step::enter_time_namespace,
     &wants_time_namespace,
     [](const ChildPlan& /*plan*/) { return enter_new_time_namespace(); }},
    {Step::set_hostname,
     [](const ChildPlan& plan) { return plan.request->hostname.has_value(); },
     [](const ChildPlan& plan) { return sys::set_hostname(*plan.request->hostname); }},
    {Step::set_domainname,
     [](const ChildPlan& plan) { return plan.request->domainname.has_value(); },
     [](const ChildPlan& plan) { return sys::set_domainname(*plan.request->domainname); }},
    {Step::bring_up_loopback,
     [](const ChildPlan& plan) {
       return plan.kinds.contains(ns::Kind::net) && plan.request->network.loopback == Loopback::up;
     },
     [](const ChildPlan& /*plan*/) { return sys::bring_up_loopback(); }},
    {Step::use_null_device,
     [](const ChildPlan& plan) { return plan.request->attachment == Attachment::detached; },
     [](const ChildPlan& plan) {
       sys::start_session();
       return sys::use_as_standard_streams(plan.null_device);
     }},
};

bool may_go(const ChildPlan& plan) {
  char byte = 0;
  return !waits_for_go(plan) || sys::receive_bytes(plan.go.read_end, &byte, sizeof byte);
}

/// The first step that failed, or a report with errno 0.
ChildReport set_up(ChildPlan& plan) {
  ChildReport report;
  for (const SetUpStep& step : set_up_steps) {
    if (step.applies(plan)) {
      report = plan.teller.done(failure_of(step.step, step.run(plan)));
    }
    if (report.errnum != 0) {
      return report;
    }
  }
  report = set_up_mounts(plan.mounts, plan.teller);
  if (plan.birth == Birth::fork) {
    plan.mounts = MountPlan();  // a child that stays keeps nothing of the former root
  }
  return report;
}

/// A guard outlives the front process: it is there to end the program then, and so is an init that
/// has to pass another signal on.
bool ends_with_front(const ChildPlan& plan) {
  const Role role = role_of(plan);
  return plan.request->attachment == Attachment::foreground && role != Role::guard &&
         (role != Role::init || plan.request->end_signal == SIGKILL);
}

/// Whose parent an init is, that ends with it. Where a guard is, the program gets another signal
/// than SIGKILL from that alone, and only once.
int death_signal(const ChildPlan& plan) {
  if (plan.request->attachment == Attachment::detached) {
    return 0;
  }
  switch (role_of(plan)) {
    case Role::guard:
      return plan.request->end_signal == SIGKILL ? SIGKILL : 0;
    case Role::program:
      return plan.request->end_signal;
    default:
      return SIGKILL;
  }
}

ProgramStart program_start(ChildPlan& plan) {
  const bool detached = plan.request->attachment == Attachment::detached;
  ProgramStart start;
  start.image = &*plan.image;
  start.inbox = &plan.inbox;
  start.teller = plan.teller;
  start.files = detached ? InheritedFiles::standard : InheritedFiles::all;
  if (plan.request->announce) {
    start.checkpoint = Checkpoint{&plan.reports.write_end, &plan.go.read_end};
  }
  if (plan.request->narrator) {
    start.last_checkpoint = Checkpoint{&plan.reports.write_end, &plan.go.read_end};
  }
  start.identity = plan.identity ? &*plan.identity : nullptr;
  start.privileges = plan.request->privileges;
  start.parent_death_signal = death_signal(plan);
  start.lifeline = detached ? nullptr : &plan.lifeline.read_end;
  return start;
}

int run_as_guard(ChildPlan& plan) {
  sys::block_all_signals();
  const ChildReport report = start_program(program_start(plan), Relation::sibling);
  if (report.errnum != 0) {
    return report_failure(plan.reports.write_end, report);
  }
  return guard_program(
      report, plan.reports.write_end, plan.lifeline.read_end, plan.request->end_signal);
}

/// Else the program could read in /proc/1/environ what is kept from it, as long as pid 1 is in the
/// memory of the front process.
bool is_callers(const EnvironmentRequest& environment) {
  return environment.source != EnvironmentSource::clear && environment.unset.empty() &&
         environment.set.empty();
}

}  // namespace

std::vector<Step> steps_of_set_up() {
  std::vector<Step> steps;
  for (const SetUpStep& step : set_up_steps) {
    steps.push_back(step.step);
  }
  return steps;
}

Role role_of(const ChildPlan& plan) noexcept {
  const CreateRequest& request = *plan.request;
  if (request.program.empty()) {
    return Role::holder;
  }
  if (plan.kinds.contains(ns::Kind::pid)) {
    return request.init == Init::program ? Role::program : Role::init;
  }
  return request.attachment == Attachment::detached ? Role::program : Role::guard;
}

bool needs_guard_until_told(const ChildPlan& plan) noexcept {
  return plan.request->attachment == Attachment::detached && role_of(plan) == Role::program;
}

bool waits_for_go(const ChildPlan& plan) noexcept {
  return needs_guard_until_told(plan) || plan.kinds.contains(ns::Kind::user) ||
         plan.has_to_be_moved || plan.request->network.user_network == UserNetwork::attached;
}

bool fits_in_same_memory(const ChildPlan& plan) noexcept {
  const CreateRequest& request = *plan.request;
  const bool is_plain = request.attachment == Attachment::foreground && !request.cgroup &&
                        !plan.identity && !request.announce && !request.narrator &&
                        !plan.mounts.root && plan.mounts.mounts.empty() &&
                        is_callers(request.environment);
  if (!is_plain || waits_for_go(plan) || plan.kinds.contains(ns::Kind::time)) {
    return false;
  }
  const Role role = role_of(plan);
  return role == Role::program || (role == Role::init && sys::keeps_capabilities_on_exec() &&
                                   plan.init && plan.init->is_known_to_be_executable());
}

int run_child(ChildPlan& plan) {
  // Only the front process may hold the ends whose closing tells that it is gone.
  for (const sys::UniqueFd* end : {&plan.go.write_end,
                                   &plan.lifeline.write_end,
                                   &plan.reports.read_end,
                                   &plan.stops.read_end}) {
    sys::close_here(*end);
  }
  if (!may_go(plan)) {
    return exit_own_failure;
  }
  if (ends_with_front(plan)) {
    sys::set_parent_death_signal(SIGKILL);
    // It may have been ended before this; the kernel tells nobody of that afterwards.
    if (sys::is_readable(plan.lifeline.read_end.get())) {
      return exit_own_failure;
    }
  }
  if (const ChildReport report = set_up(plan); report.errnum != 0) {
    return report_failure(plan.reports.write_end, report);
  }
  switch (role_of(plan)) {
    case Role::holder:
      return hold_namespaces(plan);
    case Role::init:
      return run_as_init(plan, program_start(plan));
    case Role::guard:
      return run_as_guard(plan);
    case Role::program:
      break;
  }
  plan.is_ready_to_execute = true;
  return report_failure(plan.reports.write_end, become_program(program_start(plan)));
}

}  // namespace nsplay::ops
