#include "nsplay/sys/captured.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/process.h"
#include "nsplay/sys/signals.h"

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

/// The process group of a program and of what it starts, all of which ends with this object and
/// with this process. The death signal of prctl(2) would do neither: a set-uid program loses it,
/// and nobody inherits it. So a process that waits for our end leads the group.
class ProgramGroup {
 public:
  static Result<ProgramGroup> make() {
    Pipe lifeline = TRY(make_pipe());
    Child leader = TRY(start_child(0, [&] { return lead(lifeline.read_end); }));
    // Whoever of the two comes first: the program shall find the group.
    ::setpgid(leader.pid(), leader.pid());
    return ProgramGroup(std::move(lifeline.write_end), std::move(leader));
  }

  ProgramGroup(ProgramGroup&& other) noexcept = default;
  ProgramGroup& operator=(ProgramGroup&& other) = delete;
  ProgramGroup(const ProgramGroup&) = delete;
  ProgramGroup& operator=(const ProgramGroup&) = delete;
  ~ProgramGroup() { leader_.kill_group(); }

  /// For the program, before its exec.
  void join() const noexcept { ::setpgid(0, leader_.pid()); }

 private:
  ProgramGroup(UniqueFd lifeline, Child leader) noexcept
      : lifeline_(std::move(lifeline)), leader_(std::move(leader)) {}

  static int lead(const UniqueFd& lifeline) {
    block_all_signals();
    ::setpgid(0, 0);
    if (::getpgrp() != ::getpid()) {
      return exit_own_failure;  // the group is that of our caller
    }
    close_from(0, {lifeline.get()});
    char nothing = 0;
    receive_bytes(lifeline, &nothing, sizeof nothing);
    ::kill(0, SIGKILL);
    return 0;
  }

  UniqueFd lifeline_;  ///< write end
  Child leader_;
};

Result<std::string> read_awaited(const UniqueFd& pipe, std::size_t limit, const Await& await) {
  std::string text;
  for (;;) {
    if (await) {
      TRY(await(pipe));
    }
    std::array<char, 4096> buffer = {};
    const Transfer part = read_some(pipe.get(), buffer);
    text.append(buffer.data(), part.bytes);
    const int error = text.size() > limit ? EFBIG : part.errnum;
    if (error != 0) {
      return fail(Error::of(error, "read", "what a program writes"));
    }
    if (part.bytes == 0) {
      return text;
    }
  }
}

}  // namespace

Result<Child> start_beside(ExecImage& image, const ProgramStreams& streams) {
  Child program = TRY(start_child(0, [&] {
    ::setpgid(0, 0);
    set_parent_death_signal(SIGKILL);
    return become(image, streams);
  }));
  // The group is there for whoever wants to end it, even if the program has not run yet.
  ::setpgid(program.pid(), program.pid());
  return program;
}

Result<Captured> run_captured(ExecImage& image,
                              CapturedStream stream,
                              std::size_t limit,
                              const Await& await) {
  const UniqueFd null_device = TRY(open_file("/dev/null", O_RDWR));
  Pipe pipe = TRY(make_pipe());
  const DefaultChildSignal by_default;
  const int null = null_device.get();
  const bool is_output = stream == CapturedStream::output;
  const ProgramStreams streams{
      null, is_output ? pipe.write_end.get() : null, is_output ? null : pipe.write_end.get()};
  const ProgramGroup group = TRY(ProgramGroup::make());
  Child child = TRY(start_child(0, [&] {
    group.join();
    return become(image, streams);
  }));
  pipe.write_end.reset();
  Captured captured;
  captured.text = TRY(read_awaited(pipe.read_end, limit, await));
  // It may close its streams and stay.
  if (await && child.pidfd()) {
    TRY(await(child.pidfd()));
  }
  captured.status = TRY(child.wait()).exit_status();
  return captured;
}

}  // namespace nsplay::sys
