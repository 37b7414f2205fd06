#include "nsplay/ops/init.h"

#include "nsplay/base/exit_status.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/holder.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

sys::InitDuty duty_of(const ChildPlan& plan, pid_t program) {
  sys::InitDuty duty;
  duty.program = program;
  duty.signals = plan.inbox.fd().get();  // what is read there is sent to whoever reads
  duty.stops = plan.stops.write_end.get();
  duty.end_signal = plan.request->end_signal;
  if (plan.request->attachment == Attachment::foreground) {
    duty.lifeline = plan.lifeline.read_end.get();
  }
  return duty;
}

/// Whoever reads the program's output shall see its end when the program closes it, so that nothing
/// of what the program has stays open here; a detached one has nothing of anybody's.
void close_all_but(const ChildPlan& plan, const sys::InitDuty& duty) {
  constexpr int after_standard_streams = 3;
  const bool is_detached = plan.request->attachment == Attachment::detached;
  sys::close_from(is_detached ? after_standard_streams : 0,
                  {duty.signals,
                   duty.lifeline,
                   duty.stops,
                   plan.reports.write_end.get(),
                   is_detached ? plan.go.read_end.get() : -1,
                   plan.init ? plan.init->file().get() : -1});
}

/// Without its capabilities an init could not end a program that has other ids than it.
int serve(ChildPlan& plan, const sys::InitDuty& duty) {
  if (plan.init && sys::keeps_capabilities_on_exec()) {
    static_cast<void>(plan.image->execute_init(*plan.init, duty));
  }
  if (plan.init) {
    sys::close_here(plan.init->file());
  }
  return sys::serve_as_init(duty);
}

}  // namespace

int run_as_init(ChildPlan& plan, const ProgramStart& start) {
  sys::block_all_signals();
  const sys::Dumpable dumpability = sys::own_dumpability();
  if (plan.birth == Birth::fork) {
    // The program can read /proc/1/environ, which must not have what is kept from it.
    sys::show_environment(plan.image->environment());
  }
  const ChildReport report = start_program(start, Relation::child);
  if (report.errnum != 0) {
    return report_failure(plan.reports.write_end, report);
  }
  // Until its exec the program shares our memory, and its change of credentials takes that away
  // (prctl(2)). Whoever joins the init later has to be allowed to look at it.
  sys::set_dumpable(dumpability);
  const sys::InitDuty duty = duty_of(plan, report.program);
  close_all_but(plan, duty);
  if (plan.birth == Birth::in_same_memory) {
    plan.is_ready_to_execute = true;
    return report_failure(
        plan.reports.write_end,
        failure_of(Step::execute_init, plan.image->execute_init(*plan.init, duty)));
  }
  if (!tell_ready(plan, report)) {
    return exit_own_failure;
  }
  sys::close_here(plan.reports.write_end);
  return serve(plan, duty);
}

}  // namespace nsplay::ops
