#include "nsplay/ops/join_errors.h"

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/ops/credentials_errors.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/program.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using procfs::PinnedProcess;

std::string shown_namespaces(const CrossingStep& step) {
  return step.kinds.to_string();
}

/// EINVAL for a pid namespace: setns(2) goes down only.
std::string not_below_hint(const ns::NamespaceHandle& pid_namespace) {
  return fmt::format("{} is not below your pid namespace; setns(2) only goes down",
                     pid_namespace.name());
}

std::string refusal_hint(const JoinPlan& plan) {
  for (const ns::NamespaceHandle& handle : plan.namespaces) {
    if (std::string hint = crossing_hint(handle); !hint.empty()) {
      return hint;
    }
  }
  return unexplained_refusal();
}

std::string start_hint(const ChildReport& report, const JoinPlan& plan) {
  if (report.step != Step::start_program) {
    return {};
  }
  const ns::NamespaceHandle* pid_namespace = ns::find(plan.namespaces, Kind::pid);
  // fork(2): the first process of the pid namespace has ended, so there can be no other one.
  if (report.errnum == EAGAIN) {
    return "a limit on processes is reached: pids.max of a cgroup, or RLIMIT_NPROC";
  }
  if (report.errnum == ENOMEM && pid_namespace != nullptr) {
    return fmt::format("the init of {} has ended: no process can be made there any more",
                       pid_namespace->name());
  }
  return {};
}

/// mount_namespaces(7): who is root in a user namespace alone gets a new /proc or /sys only where
/// nothing of the one that is there is hidden from him.
std::string mount_hint(const ChildReport& report) {
  if (report.errnum != EPERM ||
      (report.step != Step::mount_sys && report.step != Step::mount_proc)) {
    return {};
  }
  const std::string place = report.step == Step::mount_sys ? "/sys" : "/proc";
  const std::string hint = hidden_part_hint(place, "run as root");
  return hint.empty()
             ? fmt::format(
                   "the user namespace has to own what the new {} shows, and {} has to be "
                   "there already (mount_namespaces(7)); where user namespaces are nested, "
                   "--user-parent joins the one above",
                   place,
                   place)
             : hint;
}

/// chroot(2) wants CAP_SYS_CHROOT, which whoever joins no user namespace but his own may lack.
std::string root_hint(const ChildReport& report) {
  return report.step == Step::change_root && report.errnum == EPERM
             ? "to change the root directory you need CAP_SYS_CHROOT; run as root, or join the "
               "target's user namespace too"
             : "";
}

/// Nothing else stands between the filters of --as-target and the execve of the launcher.
std::string launcher_hint(const ChildReport& report) {
  return report.step == Step::execute_launcher
             ? "a seccomp filter of the target's forbids execveat(2), by which its programs are "
               "started; leave --as-target out"
             : "";
}

constexpr std::string_view looked_up_there = "the path is looked up there, not here";

std::string directory_hint(const ChildReport& report, const JoinRequest& request) {
  const bool is_looked_up_there =
      report.step == Step::change_directory && request.place.directory_there;
  return is_looked_up_there && report.errnum == ENOENT ? std::string(looked_up_there) : "";
}

/// Of one that was not named the target's is meant.
std::string shown_place(const std::optional<std::string>& path) {
  return path && !path->empty() ? escape_for_terminal(*path) : "to the target's";
}

std::string subject_of(const ChildReport& report,
                       const JoinPlan& plan,
                       const JoinRequest& request) {
  switch (report.step) {
    case Step::change_directory:
      return shown_place(request.place.directory_there ? request.place.directory_there
                                                       : request.place.working_directory);
    case Step::change_root:
      return shown_place(request.place.root);
    case Step::set_context:
      return escape_for_terminal(plan.context->text);
    case Step::set_uid:
      return plan.identity.uid ? std::to_string(*plan.identity.uid) : "";
    case Step::set_gid:
      return plan.identity.gid ? std::to_string(*plan.identity.gid) : "";
    default:
      return {};
  }
}

}  // namespace

Error crossing_error(const ChildReport& report, const JoinPlan& plan, const CrossingStep& step) {
  Error error = Error::of(report.errnum, "setns", shown_namespaces(step));
  if (report.errnum == ESRCH) {
    const PinnedProcess* process = main_process(plan.sources);
    return process != nullptr ? explain_process(*process, std::move(error)) : error;
  }
  if (report.errnum == EINVAL && step.kinds.contains(Kind::pid)) {
    return std::move(error).with_hint(not_below_hint(*ns::find(plan.namespaces, Kind::pid)));
  }
  return report.errnum == EPERM ? std::move(error).with_hint(refusal_hint(plan)) : error;
}

Error worker_error(const ChildReport& report, const JoinPlan& plan, const JoinRequest& request) {
  if (report.step == Step::execute_program) {
    const sys::ExecFailure failure{static_cast<sys::ExecTrouble>(report.detail), report.errnum};
    const bool is_shell = request.program.empty();
    Error error = execution_error(
        failure,
        is_shell ? std::nullopt : std::optional<std::string_view>(request.program.front()));
    const bool is_elsewhere =
        kinds_of(plan.namespaces).contains(Kind::mnt) || (plan.place && plan.place->root);
    return is_elsewhere && !is_shell ? std::move(error).with_hint(std::string(looked_up_there))
                                     : error;
  }
  if (report.step == Step::join_cgroup) {
    return cgroup_error(report.errnum,
                        plan.cgroups.at(static_cast<std::size_t>(report.detail)),
                        call_of(report.step));
  }
  if (report.step == Step::check_directory) {
    return Error::of(0, "the working directory is outside of the root directory", "")
        .with_hint("with --wdns DIR, DIR is looked up inside");
  }
  Error error = Error::of(report.errnum, call_of(report.step), subject_of(report, plan, request));
  for (const auto& hint : {credentials_hint(report),
                           mount_hint(report),
                           root_hint(report),
                           directory_hint(report, request),
                           start_hint(report, plan),
                           launcher_hint(report)}) {
    if (!hint.empty()) {
      return std::move(error).with_hint(hint);
    }
  }
  return error;
}

Error join_error(Error error, const JoinRequest& request) {
  if (!is_of_program(error)) {
    return with_known_cure(std::move(error)).during(doing(request));
  }
  return std::move(error).during(
      fmt::format("cannot run {} {}",
                  request.program.empty() ? "a shell" : "the program",
                  request.target.empty() ? "there" : "in " + escape_for_terminal(request.target)));
}

}  // namespace nsplay::ops
