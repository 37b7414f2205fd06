#include "nsplay/ops/launch.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>

#include "nsplay/ops/session.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/process.h"
#include "nsplay/sys/watch.h"

namespace nsplay::ops {
namespace {

bool is_tolerated(const Identity& identity, int error) noexcept {
  return error == 0 || (error == EINVAL && identity.unmapped == UnmappedRule::keep);
}

ChildReport set_supplementary_groups(const Identity& identity, const StepTeller& teller) noexcept {
  if (identity.groups == GroupsRule::keep) {
    return {};
  }
  const ChildReport report =
      teller.done(failure_of(Step::set_groups, sys::set_groups(identity.supplementary)));
  const bool may_fail = identity.groups == GroupsRule::set_if_allowed;
  return may_fail && report.errnum == EPERM ? ChildReport{} : report;
}

ChildReport set_group(const Identity& identity, const StepTeller& teller) noexcept {
  if (!identity.group_ids && !identity.gid) {
    return {};
  }
  const int error =
      identity.group_ids ? sys::set_group_ids(*identity.group_ids) : sys::set_gid(*identity.gid);
  const ChildReport report = teller.done(failure_of(Step::set_gid, error));
  return is_tolerated(identity, error) ? ChildReport{} : report;
}

ChildReport set_user(const Identity& identity, const StepTeller& teller) noexcept {
  if (!identity.user_ids && !identity.uid) {
    return {};
  }
  const int error =
      identity.user_ids ? sys::set_user_ids(*identity.user_ids) : sys::set_uid(*identity.uid);
  const ChildReport report = teller.done(failure_of(Step::set_uid, error));
  return is_tolerated(identity, error) ? ChildReport{} : report;
}

/// Groups before gid before uid: each needs a privilege that the next one gives up.
ChildReport take_identity(const Identity& identity, const StepTeller& teller) noexcept {
  ChildReport report = set_supplementary_groups(identity, teller);
  if (report.errnum == 0) {
    report = set_group(identity, teller);
  }
  return report.errnum == 0 ? set_user(identity, teller) : report;
}

/// What has to be done as long as there is the privilege to do it.
ChildReport prepare_privileges(const Privileges& privileges) noexcept {
  if (const int error = sys::drop_from_bounding_set(privileges.dropped)) {
    return failure_of(Step::drop_capabilities, error);
  }
  const int error = privileges.keep_capabilities ? sys::keep_capabilities() : 0;
  return failure_of(Step::keep_capabilities, error);
}

ChildReport take_privileges(const Privileges& privileges, const StepTeller& teller) noexcept {
  ChildReport report;
  if (privileges.dropped != 0) {
    report = teller.done(
        failure_of(Step::drop_capabilities, sys::drop_capabilities(privileges.dropped)));
  }
  if (report.errnum == 0 && privileges.keep_capabilities) {
    report = teller.done(failure_of(Step::keep_capabilities, sys::pass_capabilities_on()));
  }
  if (report.errnum == 0 && privileges.no_new_privileges) {
    report = teller.done(failure_of(Step::set_no_new_privileges, sys::set_no_new_privileges()));
  }
  return report;
}

/// A filter may forbid to tell that it is there.
ChildReport take_early_filters(const Likeness& likeness, const StepTeller& teller) noexcept {
  if (!likeness.filters.empty()) {
    teller.next(Step::install_filter);
  }
  return take_filters(likeness);
}

/// The same as the target. With no_new_privs or CAP_SYS_ADMIN the filters come last of all, for
/// they need not allow what comes before the execve.
ChildReport take_likeness(const Likeness& likeness,
                          const Identity& identity,
                          const StepTeller& teller) noexcept {
  ChildReport report = teller.done(take_limits(likeness));
  if (report.errnum == 0) {
    report = teller.done(failure_of(Step::drop_capabilities,
                                    sys::drop_from_bounding_set(~likeness.capabilities.bounding)));
  }
  if (report.errnum == 0) {
    report = failure_of(Step::keep_capabilities, sys::keep_capabilities());
  }
  if (report.errnum == 0 && filters_come_early(likeness)) {
    report = take_early_filters(likeness, teller);
  }
  if (report.errnum == 0) {
    report = take_identity(identity, teller);
  }
  if (report.errnum == 0) {
    report = teller.done(
        failure_of(Step::drop_capabilities, sys::set_capabilities(likeness.capabilities)));
  }
  if (report.errnum == 0 && likeness.no_new_privileges) {
    report = teller.done(failure_of(Step::set_no_new_privileges, sys::set_no_new_privileges()));
  }
  return report;
}

/// Who the program is, and what it may do. The step of a report without errno means nothing.
ChildReport take_credentials(const ProgramStart& start) noexcept {
  if (start.likeness != nullptr) {
    return take_likeness(*start.likeness, *start.identity, start.teller);
  }
  ChildReport report = start.privileges.dropped != 0 || start.privileges.keep_capabilities
                           ? prepare_privileges(start.privileges)
                           : ChildReport{};
  if (report.errnum == 0 && start.identity != nullptr) {
    report = take_identity(*start.identity, start.teller);
    if (start.identity->uid) {
      sys::clear_ambient_capabilities();
    }
  }
  return report.errnum == 0 ? take_privileges(start.privileges, start.teller) : report;
}

int move_to(const sys::UniqueFd& terminal) noexcept {
  const int error = sys::take_terminal(terminal);
  return error != 0 ? error : sys::use_as_standard_streams(terminal);
}

bool pass(const std::optional<Checkpoint>& checkpoint) noexcept {
  if (!checkpoint) {
    return true;
  }
  ChildReport report;
  report.program = sys::own_pid();
  send_report(*checkpoint->reports, report);
  char byte = 0;
  return sys::receive_bytes(*checkpoint->go, &byte, sizeof byte);
}

/// After the credentials, whose change clears it (prctl(2)). False: the parent has ended before.
bool die_with_parent(const ProgramStart& start) noexcept {
  if (start.parent_death_signal != 0) {
    sys::set_parent_death_signal(start.parent_death_signal);
  }
  return start.lifeline == nullptr || !sys::is_readable(start.lifeline->get());
}

/// The filters of a target come last: they need not allow what comes before.
bool has_late_filters(const ProgramStart& start) noexcept {
  return start.likeness != nullptr && !start.likeness->filters.empty() &&
         !filters_come_early(*start.likeness);
}

ChildReport take_late_filters(const ProgramStart& start) noexcept {
  return has_late_filters(start) ? take_filters(*start.likeness) : ChildReport{};
}

/// After this nobody hears of us.
void tell_last_steps(const ProgramStart& start) noexcept {
  if (has_late_filters(start)) {
    start.teller.next(Step::install_filter);
  }
  start.teller.next(Step::execute_program);
}

ChildReport execute(const ProgramStart& start) noexcept {
  if (start.launcher != nullptr) {
    start.launcher->pass_report_end_on();
  }
  if (const ChildReport report = take_late_filters(start); report.errnum != 0) {
    return report;
  }
  if (start.launcher != nullptr) {
    const int error = start.image->execute_by(*start.launcher);
    // What is the target's own, its filters, shall not decide that it is done without.
    if (start.likeness != nullptr && !start.likeness->filters.empty()) {
      return failure_of(Step::execute_launcher, error);
    }
  }
  return execution_report(start.image->execute());
}

/// By the child itself, whose maker stands still until the exec.
void tell_birth(const ProgramStart& start, Relation relation) noexcept {
  if (start.teller.has_listener()) {
    ChildReport report = failure_of(Step::start_program, 0);
    report.detail = relation == Relation::sibling ? 1 : 0;
    report.program = sys::own_pid();
    static_cast<void>(start.teller.done(report));
  }
}

}  // namespace

ChildReport execution_report(const sys::ExecFailure& failure) noexcept {
  ChildReport report = failure_of(Step::execute_program, failure.errnum);
  report.detail = static_cast<std::int32_t>(failure.trouble);
  return report;
}

ChildReport become_program(const ProgramStart& start) noexcept {
  ChildReport report;
  if (start.terminal != nullptr) {
    report = start.teller.done(failure_of(Step::take_terminal, move_to(*start.terminal)));
  }
  if (report.errnum == 0 && start.mounts_proc) {
    report = start.teller.done(failure_of(Step::mount_proc, sys::mount_proc()));
  }
  if (report.errnum == 0 && !pass(start.checkpoint)) {
    report = failure_of(Step::start_program, ECANCELED);
  }
  if (report.errnum == 0) {
    report = take_credentials(start);
    if (start.unborn != nullptr) {
      sys::set_dumpable(sys::Dumpable::no);  // they have made it what fs.suid_dumpable is
    }
  }
  if (report.errnum != 0) {
    return report;
  }
  tell_last_steps(start);
  if (!pass(start.last_checkpoint) || !die_with_parent(start)) {
    return failure_of(Step::start_program, ECANCELED);
  }
  if (start.files == InheritedFiles::standard) {
    sys::close_on_exec_from(3 + start.preserved_files);
  }
  start.inbox->restore_mask();
  return execute(start);
}

ChildReport start_program(const ProgramStart& start, Relation relation) {
  // The child writes into our memory: clone(2) with CLONE_VM, until its exec.
  ChildReport report;
  // What the terminal sends from now on reaches the program too; what it sent before would be lost.
  if (const int signal = next_end(*start.inbox, Sender::terminal)) {
    report = failure_of(Step::interrupted, EINTR);
    report.value = signal;
    return report;
  }
  const auto body = [&] {
    tell_birth(start, relation);
    report = become_program(start);
  };
  // By reference, for this memory may be another process's, where nothing is to be allocated.
  const sys::StartUntilExec made = relation == Relation::sibling
                                       ? sys::start_sibling_until_exec(std::ref(body), start.unborn)
                                       : sys::start_child_until_exec(std::ref(body));
  if (made.errnum != 0) {
    return failure_of(Step::start_program, made.errnum);
  }
  if (start.launcher != nullptr) {
    sys::close_here(start.launcher->report_end());
  }
  report.program = made.pid;
  return report;
}

int guard_program(const ChildReport& started,
                  const sys::UniqueFd& reports,
                  const sys::UniqueFd& lifeline,
                  int end_signal,
                  const sys::TerminalSettings* terminal) {
  constexpr int standard_input = 0;
  const sys::Watch watch = sys::watch_over(started.program, lifeline.get(), end_signal);
  const int reports_number = reports.get();
  // Also our copies of the program's pipes.
  sys::close_from(
      0, {reports_number, watch.lifeline, watch.pidfd, terminal != nullptr ? standard_input : -1});
  // Last, so that the front process need not compete with this one for a processor. Whatever is in
  // its memory makes no call of the C library from now on, and finds the descriptors gone there.
  send_report(reports, started);
  sys::close_by_bare_call(reports_number);
  sys::await_end(watch);
  sys::end_watched(watch);
  if (terminal == nullptr) {
    return EXIT_SUCCESS;
  }
  // A front process that lives still shows what the program wrote last, and ends this one then.
  sys::wait_readable({watch.lifeline});
  // Not every shell that has taken its terminal back by now has put it right.
  const auto found = sys::TerminalSettings::of(standard_input);
  if (found && found->are(terminal->raw())) {
    terminal->apply_to(standard_input);
  }
  return EXIT_SUCCESS;
}

}  // namespace nsplay::ops
