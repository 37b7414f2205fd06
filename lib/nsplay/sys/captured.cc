#include "nsplay/sys/captured.h"

#include <unistd.h>

#include <csignal>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/child.h"
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

int become(ExecImage& image, int stream, const UniqueFd& null_device, const UniqueFd& pipe) {
  if (use_as_standard_streams(null_device) != 0 || ::dup2(pipe.get(), stream) < 0) {
    return exit_own_failure;
  }
  block_no_signal();
  const ExecFailure failure = image.execute();
  return failure.trouble == ExecTrouble::not_found ? exit_not_found : exit_not_executable;
}

}  // namespace

Result<Captured> run_captured(ExecImage& image, CapturedStream stream, std::size_t limit) {
  const int number = stream == CapturedStream::output ? STDOUT_FILENO : STDERR_FILENO;
  const UniqueFd null_device = TRY(open_file("/dev/null", O_RDWR));
  Pipe pipe = TRY(make_pipe());
  const DefaultChildSignal by_default;
  Child child =
      TRY(start_child(0, [&] { return become(image, number, null_device, pipe.write_end); }));
  pipe.write_end.reset();
  Captured captured;
  captured.text = TRY(read_all(pipe.read_end, limit, "what a program writes"));
  captured.status = TRY(child.wait()).exit_status();
  return captured;
}

}  // namespace nsplay::sys
