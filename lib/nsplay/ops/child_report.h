#pragma once

// What a child tells the front process through a pipe: that it is ready, or which step failed with
// which errno; when somebody wants to follow, each step as well. The child words nothing; the front
// process, which stayed at home, does.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "nsplay/base/result.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/uts.h"

namespace nsplay::ops {

enum class Step : std::int32_t {
  ready,        ///< everything is set up
  interrupted,  ///< the terminal wanted the end of all before there was a program; `value`: the
                ///< signal
  make_cgroup_namespace,
  make_time_namespace,
  set_time_offsets,
  enter_time_namespace,
  set_propagation,
  find_source,  ///< of this and the next ones `value` is the index of the mount
  copy_mounts,
  make_file_system,
  register_interpreter,
  make_read_only,
  enter_root,
  find_mount_point,
  make_mount_point,
  keep_mount_inside,
  attach_mount,
  set_hostname,
  set_domainname,
  bring_up_loopback,
  use_null_device,
  join_cgroup,  ///< `detail` is the index of the cgroup
  set_context,
  separate_mounts,
  mount_sys,
  mount_proc,
  set_namespaces,  ///< `detail` is the index of the crossing step
  change_root,
  change_directory,
  check_directory,  ///< it is outside of the root directory
  take_terminal,
  set_groups,
  set_gid,
  set_uid,
  set_oom_score,
  set_limits,
  install_filter,
  drop_capabilities,
  keep_capabilities,
  set_no_new_privileges,
  start_program,  ///< `detail` is not 0 when it is a sibling
  prepare_to_wait,
  execute_init,
  execute_launcher,
  execute_program,  ///< `detail` is the sys::ExecTrouble
};

enum class Progress : std::int32_t {
  outcome,  ///< ready, or failed: what the front process waits for
  done,     ///< for those who follow: the step was made, whatever it came to
  next,     ///< for those who follow: it is about to be made, and nothing can be told afterwards
};

/// Shorter than PIPE_BUF, so a pipe takes it whole.
struct ChildReport {
  Step step = Step::ready;
  std::int32_t errnum = 0;
  std::int32_t detail = 0;
  std::int64_t value = 0;
  pid_t program = 0;         ///< its pid, once there is one, where the child knows it
  sys::RawUname uname = {};  ///< of a child that is ready
  Progress progress = Progress::outcome;
};

/// What a step came to that failed.
ChildReport failure_of(Step step, int errnum) noexcept;

/// The call that the step makes, for messages.
std::string_view call_of(Step step) noexcept;

/// The same with its arguments, of which `subject` is one: "sethostname('x')".
std::string narrated_call_of(Step step, std::string_view subject);

/// Whoever waits for it may be gone: then it is lost.
void send_report(const sys::UniqueFd& pipe, const ChildReport& report) noexcept;

/// Sends what failed. The status that a child exits with then.
int report_failure(const sys::UniqueFd& pipe, const ChildReport& report) noexcept;

/// Empty: every process that held the other end has closed it.
std::optional<ChildReport> receive_report(const sys::UniqueFd& pipe) noexcept;

/// How a child tells its steps to those who follow. For use between a clone and an exec: allocates
/// nothing, and does nothing when nobody listens.
class StepTeller {
 public:
  using Listener = std::function<void(const ChildReport&)>;

  StepTeller() = default;
  explicit StepTeller(Listener listener) : listener_(std::move(listener)) {}

  [[nodiscard]] bool has_listener() const noexcept { return static_cast<bool>(listener_); }

  /// What a step came to, which is returned.
  [[nodiscard]] ChildReport done(ChildReport report) const {
    if (listener_) {
      tell(report, Progress::done);
    }
    return report;
  }

  /// Before a call after which nothing can be told any more.
  void next(Step step) const {
    if (listener_) {
      tell(ChildReport{step}, Progress::next);
    }
  }

 private:
  void tell(ChildReport report, Progress progress) const;

  Listener listener_;
};

}  // namespace nsplay::ops
