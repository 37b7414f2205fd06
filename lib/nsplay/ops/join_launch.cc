#include "nsplay/ops/join_launch.h"

#include "nsplay/base/try.h"
#include "nsplay/ops/session.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/child.h"

namespace nsplay::ops {
namespace {

/// Whether the process runs something else by now, or has. Where nobody may look at it, it does
/// not.
bool has_left(const sys::FileIdentity& launcher, pid_t program) {
  if (sys::has_ended(program)) {
    return true;
  }
  const auto process = procfs::ProcessDir::open(program);
  const auto image = process ? process->identity("exe") : fail(process.error());
  return image && !(*image == launcher);
}

}  // namespace

Result<> check_none_stopped() {
  const auto stopped = sys::stopped_child();
  if (!stopped) {
    return {};
  }
  const sys::Child ended_here(*stopped, sys::UniqueFd());
  return fail(
      Error::of(0, "the program's process was stopped before it had executed the program", "")
          .with_hint("something in the target's pid namespace sends it SIGSTOP"));
}

Result<std::optional<sys::ExecFailure>> await_execution(const sys::Launcher& launcher,
                                                        pid_t program,
                                                        const sys::SignalInbox& inbox,
                                                        std::span<const OpenCgroup> cgroups) {
  const auto file = TRY(sys::identity_of(launcher.file(), "the launcher"));
  // Who has opened the launcher's end of the pipe in /proc/PID/fd keeps it from being closed.
  const auto is_on_the_way = [&]() -> Result<bool> {
    TRY(check_none_stopped());
    if (has_left(file, program)) {
      return false;
    }
    TRY(check_not_frozen(cgroups));
    return true;
  };
  const bool has_news = TRY(await_readable(launcher.failure_end(), inbox, is_on_the_way));
  return has_news ? launcher.failure() : std::nullopt;
}

}  // namespace nsplay::ops
