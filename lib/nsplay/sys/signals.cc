#include "nsplay/sys/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <strings.h>

#include "nsplay/base/text.h"
#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

bool has_action_ignore(int signal) noexcept {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && (action.sa_flags & SA_SIGINFO) == 0 &&
         action.sa_handler == SIG_IGN;
}

/// SIGCONT continues whoever ignores it, too.
bool is_ignored(const ReceivedSignal& signal) noexcept {
  const bool on_purpose =
      !signal.from_kernel && (signal.number == SIGINT || signal.number == SIGQUIT);
  return signal.number != SIGCONT && !on_purpose && has_action_ignore(signal.number);
}

}  // namespace

Result<SignalInbox> SignalInbox::open(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) {
    sigaddset(&set, signal);
  }
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &by_default, nullptr);
  SignalInbox inbox;
  sigset_t blocked = set;
  sigaddset(&blocked, SIGPIPE);
  sigaddset(&blocked, SIGXFSZ);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &inbox.original_);
  inbox.fd_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!inbox.fd_) {
    const int error = errno;
    return fail(Error::of(error, "signalfd", ""));
  }
  return inbox;
}

std::optional<ReceivedSignal> SignalInbox::next() const noexcept {
  signalfd_siginfo info = {};
  while (retry([&] { return ::read(fd_.get(), &info, sizeof info); }) == sizeof info) {
    const ReceivedSignal signal{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
    if (!is_ignored(signal)) {
      return signal;
    }
  }
  return std::nullopt;
}

void SignalInbox::restore_mask() const noexcept {
  ::pthread_sigmask(SIG_SETMASK, &original_, nullptr);
}

void block_all_signals() noexcept {
  sigset_t set;
  sigfillset(&set);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

std::optional<int> signal_named(std::string_view name) {
  if (const auto number = parse_number<int>(name)) {
    return *number > 0 && *number < NSIG ? number : std::nullopt;
  }
  const std::string text(name);
  for (int number = 1; number < NSIG; ++number) {
    const char* abbreviation = ::sigabbrev_np(number);
    if (abbreviation != nullptr &&
        (::strcasecmp(text.c_str(), abbreviation) == 0 ||
         ::strcasecmp(text.c_str(), ("SIG" + std::string(abbreviation)).c_str()) == 0)) {
      return number;
    }
  }
  return std::nullopt;
}

std::string name_of_signal(int signal) {
  const char* abbreviation = ::sigabbrev_np(signal);
  return abbreviation == nullptr ? "signal " + std::to_string(signal)
                                 : "SIG" + std::string(abbreviation);
}

void stop_self() noexcept {
  ::raise(SIGSTOP);
}

}  // namespace nsplay::sys
