#include "nsplay/ops/launch.h"

#include <cerrno>
#include <csignal>

#include "nsplay/ops/session.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/pidfd.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

bool is_tolerated(const Identity& identity, int error) noexcept {
  return error == 0 || (error == EINVAL && identity.unmapped == UnmappedRule::keep);
}

int set_supplementary_groups(const Identity& identity) noexcept {
  if (identity.groups == GroupsRule::keep) {
    return 0;
  }
  const int error = sys::set_groups(identity.supplementary);
  return identity.groups == GroupsRule::set_if_allowed && error == EPERM ? 0 : error;
}

int set_group(const Identity& identity) noexcept {
  if (identity.group_ids) {
    return sys::set_group_ids(*identity.group_ids);
  }
  return identity.gid ? sys::set_gid(*identity.gid) : 0;
}

int set_user(const Identity& identity) noexcept {
  if (identity.user_ids) {
    return sys::set_user_ids(*identity.user_ids);
  }
  return identity.uid ? sys::set_uid(*identity.uid) : 0;
}

/// Groups before gid before uid: each needs a privilege that the next one gives up.
ChildReport take_identity(const Identity& identity) noexcept {
  if (const int error = set_supplementary_groups(identity)) {
    return failure_of(Step::set_groups, error);
  }
  const int gid_error = set_group(identity);
  if (!is_tolerated(identity, gid_error)) {
    return failure_of(Step::set_gid, gid_error);
  }
  const int uid_error = set_user(identity);
  return is_tolerated(identity, uid_error) ? ChildReport{} : failure_of(Step::set_uid, uid_error);
}

/// What has to be done as long as there is the privilege to do it.
ChildReport prepare_privileges(const Privileges& privileges) noexcept {
  if (const int error = sys::drop_from_bounding_set(privileges.dropped)) {
    return failure_of(Step::drop_capabilities, error);
  }
  const int error = privileges.keep_capabilities ? sys::keep_capabilities() : 0;
  return failure_of(Step::keep_capabilities, error);
}

ChildReport take_privileges(const Privileges& privileges) noexcept {
  if (const int error = privileges.dropped != 0 ? sys::drop_capabilities(privileges.dropped) : 0) {
    return failure_of(Step::drop_capabilities, error);
  }
  if (const int error = privileges.keep_capabilities ? sys::pass_capabilities_on() : 0) {
    return failure_of(Step::keep_capabilities, error);
  }
  const int error = privileges.no_new_privileges ? sys::set_no_new_privileges() : 0;
  return failure_of(Step::set_no_new_privileges, error);
}

/// The same as the target. With no_new_privs or CAP_SYS_ADMIN the filters come last of all, for
/// they need not allow what comes before the execve.
ChildReport take_likeness(const Likeness& likeness, const Identity& identity) noexcept {
  ChildReport report = take_limits(likeness);
  if (report.errnum == 0) {
    report = failure_of(Step::drop_capabilities,
                        sys::drop_from_bounding_set(~likeness.capabilities.bounding));
  }
  if (report.errnum == 0) {
    report = failure_of(Step::keep_capabilities, sys::keep_capabilities());
  }
  if (report.errnum == 0 && filters_come_early(likeness)) {
    report = take_filters(likeness);
  }
  if (report.errnum == 0) {
    report = take_identity(identity);
  }
  if (report.errnum == 0) {
    report = failure_of(Step::drop_capabilities, sys::set_capabilities(likeness.capabilities));
  }
  if (report.errnum == 0 && likeness.no_new_privileges) {
    report = failure_of(Step::set_no_new_privileges, sys::set_no_new_privileges());
  }
  return report;
}

/// Who the program is, and what it may do. The step of a report without errno means nothing.
ChildReport take_credentials(const ProgramStart& start) noexcept {
  if (start.likeness != nullptr) {
    return take_likeness(*start.likeness, *start.identity);
  }
  ChildReport report = start.privileges.dropped != 0 || start.privileges.keep_capabilities
                           ? prepare_privileges(start.privileges)
                           : ChildReport{};
  if (report.errnum == 0 && start.identity != nullptr) {
    report = take_identity(*start.identity);
    if (start.identity->uid) {
      sys::clear_ambient_capabilities();
    }
  }
  return report.errnum == 0 ? take_privileges(start.privileges) : report;
}

int move_to(const sys::UniqueFd& terminal) noexcept {
  const int error = sys::take_terminal(terminal);
  return error != 0 ? error : sys::use_as_standard_streams(terminal);
}

bool pass(const Checkpoint& checkpoint) noexcept {
  ChildReport report;
  report.value = sys::own_pid();
  send_report(*checkpoint.reports, report);
  char byte = 0;
  return sys::receive_bytes(*checkpoint.go, &byte, sizeof byte);
}

/// After the credentials, whose change clears it (prctl(2)). False: the parent has ended before.
bool die_with_parent(const ProgramStart& start) noexcept {
  if (start.parent_death_signal != 0) {
    sys::set_parent_death_signal(start.parent_death_signal);
  }
  return start.lifeline == nullptr || !sys::is_readable(start.lifeline->get());
}

/// The filters of a target come last: they need not allow what comes before.
ChildReport take_late_filters(const ProgramStart& start) noexcept {
  return start.likeness != nullptr && !filters_come_early(*start.likeness)
             ? take_filters(*start.likeness)
             : ChildReport{};
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

}  // namespace

ChildReport execution_report(const sys::ExecFailure& failure) noexcept {
  ChildReport report = failure_of(Step::execute_program, failure.errnum);
  report.detail = static_cast<std::int32_t>(failure.trouble);
  return report;
}

ChildReport become_program(const ProgramStart& start) noexcept {
  if (const int error = start.terminal != nullptr ? move_to(*start.terminal) : 0) {
    return failure_of(Step::take_terminal, error);
  }
  if (const int error = start.mounts_proc ? sys::mount_proc() : 0) {
    return failure_of(Step::mount_proc, error);
  }
  if (start.checkpoint && !pass(*start.checkpoint)) {
    return failure_of(Step::start_program, ECANCELED);
  }
  if (const ChildReport report = take_credentials(start); report.errnum != 0) {
    return report;
  }
  if (!die_with_parent(start)) {
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
  const auto body = [&] { report = become_program(start); };
  const auto pid = relation == Relation::sibling ? sys::start_sibling_until_exec(body)
                                                 : sys::start_child_until_exec(body);
  if (!pid) {
    return failure_of(Step::start_program, pid.error().errnum);
  }
  if (start.launcher != nullptr) {
    start.launcher->close_report_end();
  }
  report.value = *pid;
  return report;
}

void guard_program(const ChildReport& started,
                   const sys::UniqueFd& reports,
                   const sys::UniqueFd& lifeline,
                   int end_signal,
                   const sys::TerminalSettings* terminal) {
  const auto program = static_cast<pid_t>(started.value);
  const auto pidfd = sys::Pidfd::open(program);
  const int pidfd_number = pidfd ? pidfd->fd().get() : -1;
  // Last, so that the front process need not compete with this one for a processor.
  send_report(reports, started);
  constexpr int standard_input = 0;
  // Also our copies of the program's pipes.
  sys::close_from(0, {lifeline.get(), pidfd_number, terminal != nullptr ? standard_input : -1});
  sys::wait_readable({lifeline.get(), pidfd_number});
  // By number only while the pidfd shows that it is still the program's.
  const bool is_done = pidfd && (pidfd->send_signal(end_signal) || sys::is_readable(pidfd_number));
  if (!is_done) {
    sys::signal_child(program, end_signal);
  }
  // A shell that has taken its terminal back has put it right itself.
  if (terminal != nullptr && !sys::is_background_on(standard_input)) {
    terminal->apply_to(standard_input);
  }
  sys::exit_now(0);
}

}  // namespace nsplay::ops
