#include "nsplay/sys/captured.h"

#include <unistd.h>

#include <csignal>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/process.h"

namespace nsplay::sys {
namespace {

/// A caller of ours that ignores SIGCHLD would make the child vanish unseen, waitid(2).
class DefaultChildSignal {
 public:
  DefaultChildSignal() noexcept {
    struct sigaction by_default = {};
    by_default.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &by_default, &original_);
  }
  DefaultChildSignal(const DefaultChildSignal&) = delete;
  DefaultChildSignal& operator=(const DefaultChildSignal&) = delete;
  ~DefaultChildSignal() { ::sigaction(SIGCHLD, &original_, nullptr); }

 private:
  struct sigaction original_ = {};
};

void block_no_signal() noexcept {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

int become(ExecImage& image, const ProgramStreams& streams) {
  if (::dup2(streams.in, STDIN_FILENO) < 0 || ::dup2(streams.out, STDOUT_FILENO) < 0 ||
      ::dup2(streams.err, STDERR_FILENO) < 0) {
    return exit_own_failure;
  }
  block_no_signal();
  const ExecFailure failure = image.execute();
  return failure.trouble == ExecTrouble::not_found ? exit_not_found : exit_not_executable;
}

}  // namespace

Result<Child> start_beside(ExecImage& image, const ProgramStreams& streams) {
  return start_child(0, [&] {
    set_parent_death_signal(SIGKILL);
    return become(image, streams);
  });
}

Result<Captured> run_captured(ExecImage& image, CapturedStream stream, std::size_t limit) {
  const UniqueFd null_device = TRY(open_file("/dev/null", O_RDWR));
  Pipe pipe = TRY(make_pipe());
  const DefaultChildSignal by_default;
  const int null = null_device.get();
  const bool is_output = stream == CapturedStream::output;
  const ProgramStreams streams{
      null, is_output ? pipe.write_end.get() : null, is_output ? null : pipe.write_end.get()};
  Child child = TRY(start_child(0, [&] { return become(image, streams); }));
  pipe.write_end.reset();
  Captured captured;
  captured.text = TRY(read_all(pipe.read_end, limit, "what a program writes"));
  captured.status = TRY(child.wait()).exit_status();
  return captured;
}

}  // namespace nsplay::sys
