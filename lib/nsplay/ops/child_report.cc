#include "nsplay/ops/child_report.h"

#include <algorithm>
#include <climits>
#include <iterator>

namespace nsplay::ops {
namespace {

struct StepName {
  Step step;
  std::string_view call;
};

constexpr StepName step_names[] = {
    {Step::make_cgroup_namespace, "unshare CLONE_NEWCGROUP"},
    {Step::make_time_namespace, "unshare CLONE_NEWTIME"},
    {Step::set_time_offsets, "write /proc/self/timens_offsets"},
    {Step::enter_time_namespace, "setns /proc/self/ns/time_for_children"},
    {Step::set_propagation, "mount MS_REC"},
    {Step::find_source, "open"},
    {Step::copy_mounts, "open_tree"},
    {Step::make_file_system, "mount"},
    {Step::register_interpreter, "write register"},
    {Step::make_read_only, "mount read-only"},
    {Step::enter_root, "pivot_root"},
    {Step::find_mount_point, "open"},
    {Step::make_mount_point, "make"},
    {Step::keep_mount_inside, "mount MS_PRIVATE"},
    {Step::attach_mount, "mount"},
    {Step::set_hostname, "sethostname"},
    {Step::set_domainname, "setdomainname"},
    {Step::bring_up_loopback, "ioctl SIOCSIFFLAGS"},
    {Step::use_null_device, "open /dev/null"},
    {Step::join_cgroup, "write cgroup.procs"},
    {Step::set_context, "write the context of the next execve"},
    {Step::separate_mounts, "unshare CLONE_NEWNS"},
    {Step::mount_sys, "mount sysfs"},
    {Step::mount_proc, "mount proc"},
    {Step::set_namespaces, "setns"},
    {Step::change_root, "chroot"},
    {Step::change_directory, "chdir"},
    {Step::check_directory, "chdir"},
    {Step::take_terminal, "ioctl TIOCSCTTY"},
    {Step::set_groups, "setgroups"},
    {Step::set_gid, "setresgid"},
    {Step::set_uid, "setresuid"},
    {Step::set_oom_score, "write oom_score_adj"},
    {Step::set_limits, "setrlimit, setpriority"},
    {Step::install_filter, "seccomp"},
    {Step::drop_capabilities, "drop capabilities"},
    {Step::keep_capabilities, "keep capabilities"},
    {Step::set_no_new_privileges, "prctl PR_SET_NO_NEW_PRIVS"},
    {Step::start_program, "clone"},
    {Step::prepare_to_wait, "signalfd, timerfd_create"},
    {Step::execute_launcher, "execveat"},
    {Step::execute_program, "execve"},
};

static_assert(sizeof(ChildReport) <= PIPE_BUF);

}  // namespace

ChildReport failure_of(Step step, int errnum) noexcept {
  ChildReport report;
  report.step = step;
  report.errnum = errnum;
  return report;
}

std::string_view call_of(Step step) noexcept {
  const auto* row = std::find_if(std::begin(step_names),
                                 std::end(step_names),
                                 [&](const StepName& name) { return name.step == step; });
  return row == std::end(step_names) ? std::string_view("start") : row->call;
}

void send_report(const sys::UniqueFd& pipe, const ChildReport& report) noexcept {
  sys::send_bytes(pipe, &report, sizeof report);
}

std::optional<ChildReport> receive_report(const sys::UniqueFd& pipe) noexcept {
  ChildReport report;
  return sys::receive_bytes(pipe, &report, sizeof report) ? std::optional(report) : std::nullopt;
}

}  // namespace nsplay::ops
