#include "support/run_nsplay.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include <gtest/gtest.h>

#include "nsplay/ops/program.h"
#include "nsplay/sys/execution.h"

#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

constexpr uid_t nobody = 65534;

std::vector<std::string> changed_environment(const RunOptions& options) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (!options.environment.contains(text.substr(0, text.find('=')))) {
      variables.push_back(text);
    }
  }
  for (const auto& [name, value] : options.environment) {
    if (value) {
      variables.push_back(name + "=" + *value);
    }
  }
  return variables;
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) {
    ::signal(signal, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

/// Tests let programs die by signals that make one.
void leave_no_core_file() {
  const rlimit none = {0, 0};
  must(::setrlimit(RLIMIT_CORE, &none) == 0, "setrlimit");
}

void use(const Streams& streams) {
  int stream = 0;
  for (const int source : {streams.in, streams.out, streams.err}) {
    must(source < 0 || ::dup2(source, stream) == stream, "dup2");
    ++stream;
  }
}

void become_nobody() {
  must(::setgroups(0, nullptr) == 0, "setgroups");
  must(::setresgid(nobody, nobody, nobody) == 0, "setresgid");
  must(::setresuid(nobody, nobody, nobody) == 0, "setresuid");
}

/// By descriptor for another user, who may not be able to follow the path.
void execute(Words words, const RunOptions& options, int file) {
  auto variables = changed_environment(options);
  const auto arguments = sys::pointers_to(words);
  const auto environment = sys::pointers_to(variables);
  if (options.as == RunAs::caller || file < 0) {
    ::execvpe(arguments.front(), arguments.data(), environment.data());
  } else {
    ::syscall(SYS_execveat, file, "", arguments.data(), environment.data(), AT_EMPTY_PATH);
  }
  must(false, words.front());
}

void run_child(const Words& words, const RunOptions& options, const Streams& streams) {
  const sys::UniqueFd file(::open(words.front().c_str(), O_PATH | O_CLOEXEC));
  reset_signals();
  leave_no_core_file();
  use(streams);
  if (options.prepare) {
    options.prepare();
  }
  must(options.directory.empty() || ::chdir(options.directory.c_str()) == 0, options.directory);
  if (options.as == RunAs::nobody) {
    become_nobody();
  }
  must(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "PR_SET_PDEATHSIG");
  execute(words, options, file.get());
}

/// Blocked from then on, so that it can be waited for with a time bound.
sigset_t child_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

sys::UniqueFd open_scratch_file() {
  return sys::UniqueFd(::memfd_create("stderr of nsplay", MFD_CLOEXEC));
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const RunResult& result) {
  return stream << "status " << result.status << ", stdout:\n"
                << result.out << "stderr:\n"
                << result.err;
}

std::string nsplay_path() {
  const auto environment = sys::own_environment();
  const std::string_view path = ops::variable(environment, "NSPLAY");
  return std::string(path.empty() ? NSPLAY_BINARY : path);
}

Words nsplay_words(const Words& arguments) {
  Words words{nsplay_path()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

Subprocess::Subprocess(const Words& words, const RunOptions& options, const Streams& streams) {
  child_signal();
  pid_ = ::fork();
  if (pid_ == 0) {
    run_child(words, options, streams);
  }
}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, 0);
  }
  return *this;
}

void Subprocess::send_signal(int signal) const {
  EXPECT_TRUE(pid_ > 0 && ::kill(pid_, signal) == 0) << "it has ended already";
}

int Subprocess::wait() {
  const int status = wait_for_child(pid_);
  if (status < 0) {
    ADD_FAILURE() << "process " << pid_ << " has not ended in time";
    end();
  }
  pid_ = 0;
  return status;
}

int Subprocess::wait_for_stop() {
  const sigset_t signals = child_signal();
  const timespec timeout = {std::chrono::seconds(long_enough).count(), 0};
  for (;;) {
    siginfo_t info = {};
    const int options = WSTOPPED | WEXITED | WNOHANG;
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, options) != 0 ||
        (info.si_pid != 0 && info.si_code != CLD_STOPPED)) {
      ADD_FAILURE() << "process " << pid_ << " has ended instead of stopping";
      pid_ = 0;
      return 0;
    }
    if (info.si_pid != 0) {
      return info.si_status;
    }
    if (::sigtimedwait(&signals, nullptr, &timeout) < 0 && errno == EAGAIN) {
      ADD_FAILURE() << "process " << pid_ << " was not stopped in time";
      return 0;
    }
  }
}

void Subprocess::end() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait_for_child(pid_);
    pid_ = 0;
  }
}

RunningNsplay::RunningNsplay(const Words& arguments, const RunOptions& options)
    : out_(sys::UniqueFd()), err_(open_scratch_file()) {
  PipeEnds in = open_pipe();
  PipeEnds out = open_pipe();
  process_ = Subprocess(
      nsplay_words(arguments), options, {in.read_end.get(), out.write_end.get(), err_.get()});
  in_ = std::move(in.write_end);
  out_ = PipeReader(std::move(out.read_end));
  write(options.input);
}

std::string RunningNsplay::errors() const {
  std::string text;
  std::array<char, 4096> buffer = {};
  for (;;) {
    const auto count =
        ::pread(err_.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (count <= 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

RunResult RunningNsplay::finish() {
  close_input();
  RunResult result;
  result.out = out_.read_rest();
  result.status = process_.pid() > 0 ? process_.wait() : -1;
  result.err = errors();
  return result;
}

RunningNsplay start_nsplay(const Words& arguments, const RunOptions& options) {
  return {arguments, options};
}

RunResult run_nsplay(const Words& arguments, const RunOptions& options) {
  return start_nsplay(arguments, options).finish();
}

}  // namespace nsplay::test
