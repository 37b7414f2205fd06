#include "nsplay/sys/init/serve.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "nsplay/sys/bare_call.h"
#include "nsplay/sys/bare_poll.h"

namespace nsplay::sys {
namespace {

long address(const void* pointer) noexcept {
  return reinterpret_cast<long>(pointer);
}

void signal_program(const InitDuty& duty, int signal) noexcept {
  bare_call(SYS_kill, duty.program, signal, 0);
}

/// Whatever the init has been told to ignore, sigaction(2), as nohup(1) does.
bool is_ignored(int signal) noexcept {
  constexpr long set_size = 8;
  unsigned long action[8] = {};  // the kernel's, which is shorter; the handler comes first
  const bool is_known = bare_call(SYS_rt_sigaction, signal, 0, address(action), set_size) == 0;
  return is_known && action[0] == reinterpret_cast<unsigned long>(SIG_IGN);
}

/// A shell without job control lets its background jobs ignore SIGINT and SIGQUIT, which is meant
/// for the terminal's. SIGCONT continues whoever ignores it, too.
bool is_for_program(const signalfd_siginfo& info) noexcept {
  const int signal = static_cast<int>(info.ssi_signo);
  const bool is_of_terminal = info.ssi_code == SI_KERNEL;
  if (signal == SIGCHLD || is_of_terminal) {
    return false;
  }
  return signal == SIGINT || signal == SIGQUIT || signal == SIGCONT || !is_ignored(signal);
}

void pass_signals_on(const InitDuty& duty) noexcept {
  signalfd_siginfo info = {};
  constexpr long size = sizeof info;
  while (bare_call(SYS_read, duty.signals, address(&info), size) == size) {
    if (is_for_program(info)) {
      signal_program(duty, static_cast<int>(info.ssi_signo));
    }
  }
}

/// The front process may be gone: then nobody wants to know.
void tell_stop(const InitDuty& duty) noexcept {
  constexpr char byte = 1;
  bare_call(SYS_write, duty.stops, address(&byte), sizeof byte);
}

constexpr int no_end = -1;
constexpr int no_child = -2;

/// The program's exit status once it has ended.
int take_changes(const InitDuty& duty) noexcept {
  for (;;) {
    int status = 0;
    const long child = bare_call(SYS_wait4, -1, address(&status), WNOHANG | WUNTRACED);
    if (child <= 0) {
      return child == -ECHILD ? no_child : no_end;
    }
    if (child != duty.program) {
      continue;
    }
    if (WIFEXITED(status)) {
      return WEXITSTATUS(status);
    }
    if (WIFSIGNALED(status)) {
      return 128 + WTERMSIG(status);
    }
    tell_stop(duty);
  }
}

}  // namespace

int serve_as_init(InitDuty duty) noexcept {
  for (;;) {
    if (const int status = take_changes(duty); status != no_end) {
      return status;
    }
    pollfd news[] = {{duty.signals, POLLIN, 0}, {duty.lifeline, POLLIN, 0}};
    bare_poll(news, 2, nullptr);
    pass_signals_on(duty);
    if (news[1].revents != 0) {
      if (duty.end_signal == SIGKILL) {
        return 128 + SIGKILL;
      }
      signal_program(duty, duty.end_signal);
      duty.lifeline = -1;
    }
  }
}

}  // namespace nsplay::sys
