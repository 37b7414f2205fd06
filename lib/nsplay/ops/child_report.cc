#include "nsplay/ops/child_report.h"

#include <algorithm>
#include <climits>
#include <iterator>

#include <fmt/format.h>

#include "nsplay/base/exit_status.h"

namespace nsplay::ops {
namespace {

struct StepName {
  Step step;
  std::string_view call;
  std::string_view narrated = {};  ///< with {} for the subject; none: the call, then the subject
};

constexpr StepName step_names[] = {
    {Step::make_cgroup_namespace, "unshare CLONE_NEWCGROUP", "unshare(CLONE_NEWCGROUP)"},
    {Step::make_time_namespace, "unshare CLONE_NEWTIME", "unshare(CLONE_NEWTIME)"},
    {Step::set_time_offsets,
     "write /proc/self/timens_offsets",
     "write(/proc/self/timens_offsets, {})"},
    {Step::enter_time_namespace,
     "setns /proc/self/ns/time_for_children",
     "setns(/proc/self/ns/time_for_children, CLONE_NEWTIME)"},
    {Step::set_propagation, "mount MS_REC", "mount({})"},
    {Step::find_source, "open", "open({}, O_PATH)"},
    {Step::copy_mounts, "open_tree", "open_tree({}, OPEN_TREE_CLONE|AT_RECURSIVE)"},
    {Step::make_file_system, "mount", "fsopen({}), fsmount()"},
    {Step::register_interpreter, "write register", "write(register {})"},
    {Step::make_read_only, "mount read-only", "mount_setattr({}, MOUNT_ATTR_RDONLY)"},
    {Step::enter_root, "pivot_root", "pivot_root({})"},
    {Step::find_mount_point, "open", "open({}, O_PATH)"},
    {Step::make_mount_point, "make", "make({})"},
    {Step::keep_mount_inside, "mount MS_PRIVATE", "mount({}, MS_PRIVATE)"},
    {Step::attach_mount, "mount", "move_mount({})"},
    {Step::set_hostname, "sethostname", "sethostname({})"},
    {Step::set_domainname, "setdomainname", "setdomainname({})"},
    {Step::bring_up_loopback, "ioctl SIOCSIFFLAGS", "ioctl({}, SIOCSIFFLAGS, IFF_UP)"},
    {Step::use_null_device, "open /dev/null", "setsid(), dup2(/dev/null, 0 to 2)"},
    {Step::join_cgroup, "write cgroup.procs", "write(cgroup.procs of {}, 0)"},
    {Step::set_context, "write the context of the next execve"},
    {Step::separate_mounts,
     "unshare CLONE_NEWNS",
     "unshare(CLONE_NEWNS), mount(/, MS_REC|MS_SLAVE)"},
    {Step::mount_sys, "mount sysfs", "mount(sysfs, {})"},
    {Step::mount_proc, "mount proc", "mount(proc, {})"},
    {Step::set_namespaces, "setns", "setns({})"},
    {Step::change_root, "chroot", "chroot({})"},
    {Step::change_directory, "chdir", "chdir({})"},
    {Step::check_directory, "chdir"},
    {Step::take_terminal, "ioctl TIOCSCTTY", "setsid(), ioctl(TIOCSCTTY)"},
    {Step::set_groups, "setgroups", "setgroups([{}])"},
    {Step::set_gid, "setresgid", "setresgid({})"},
    {Step::set_uid, "setresuid", "setresuid({})"},
    {Step::set_oom_score, "write oom_score_adj", "write(/proc/self/oom_score_adj, {})"},
    {Step::set_limits, "setrlimit, setpriority"},
    {Step::install_filter, "seccomp", "seccomp(SECCOMP_SET_MODE_FILTER)"},
    {Step::drop_capabilities, "drop capabilities"},
    {Step::keep_capabilities, "keep capabilities"},
    {Step::set_no_new_privileges, "prctl PR_SET_NO_NEW_PRIVS", "prctl(PR_SET_NO_NEW_PRIVS, 1)"},
    {Step::start_program, "clone", "clone({}CLONE_VM|CLONE_VFORK|SIGCHLD)"},
    {Step::prepare_to_wait, "signalfd, timerfd_create"},
    {Step::execute_init, "execveat"},
    {Step::execute_launcher, "execveat"},
    {Step::execute_program, "execve", "execve({})"},
};

static_assert(sizeof(ChildReport) <= PIPE_BUF);

StepName name_of(Step step) noexcept {
  const auto* row = std::find_if(std::begin(step_names),
                                 std::end(step_names),
                                 [&](const StepName& name) { return name.step == step; });
  return row == std::end(step_names) ? StepName{step, "start"} : *row;
}

}  // namespace

ChildReport failure_of(Step step, int errnum) noexcept {
  ChildReport report;
  report.step = step;
  report.errnum = errnum;
  return report;
}

std::string_view call_of(Step step) noexcept {
  return name_of(step).call;
}

std::string narrated_call_of(Step step, std::string_view subject) {
  const StepName name = name_of(step);
  return name.narrated.empty() ? Error::of(0, name.call, subject).what
                               : fmt::format(fmt::runtime(name.narrated), subject);
}

void send_report(const sys::UniqueFd& pipe, const ChildReport& report) noexcept {
  sys::send_bytes(pipe, &report, sizeof report);
}

int report_failure(const sys::UniqueFd& pipe, const ChildReport& report) noexcept {
  send_report(pipe, report);
  return exit_own_failure;
}

std::optional<ChildReport> receive_report(const sys::UniqueFd& pipe) noexcept {
  ChildReport report;
  return sys::receive_bytes(pipe, &report, sizeof report) ? std::optional(report) : std::nullopt;
}

void StepTeller::tell(ChildReport report, Progress progress) const {
  report.progress = progress;
  listener_(report);
}

}  // namespace nsplay::ops
