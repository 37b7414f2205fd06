#pragma once

// Runs the real nsplay as a user does: words in; status, stdout and stderr out. What is waited for
// has to come in time, else the test fails.
//
// The binary is the one that the environment variable NSPLAY names, else the one of this build.

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/sys/unique_fd.h"

#include "support/pipes.h"

namespace nsplay::test {

using Words = std::vector<std::string>;

enum class RunAs {
  caller,
  nobody,  ///< uid and gid 65534, no supplementary groups; only root can do that
};

struct RunOptions {
  std::string_view input = {};  ///< of stdin, which ends after it; what a pipe holds at most
  std::map<std::string, std::optional<std::string>> environment = {};  ///< changes; no value: unset
  std::string directory = {};                                          ///< empty: the caller's
  RunAs as = RunAs::caller;
  std::function<void()> prepare = {};  ///< in the child, before it changes directory and user
};

struct RunResult {
  int status = -1;  ///< as a shell tells it: 128 plus the signal that ended it
  std::string out;
  std::string err;
};

std::ostream& operator<<(std::ostream& stream, const RunResult& result);

/// Where the binary is.
std::string nsplay_path();

/// "nsplay" before the arguments.
Words nsplay_words(const Words& arguments);

/// nsplay until it has ended, and until nobody can write to its stdout any more.
RunResult run_nsplay(const Words& arguments, const RunOptions& options = {});

/// stdin, stdout and stderr of a new process; negative: as they are.
struct Streams {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// A process that a test started: killed, if need be, and reaped at the latest by the destructor.
class Subprocess {
 public:
  Subprocess() = default;

  /// A process that is a child of the test already, as orphans become (leak_check.h).
  explicit Subprocess(pid_t pid) : pid_(pid) {}

  /// A fork that executes words[0], with no signal blocked or ignored.
  Subprocess(const Words& words, const RunOptions& options, const Streams& streams);

  Subprocess(Subprocess&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Subprocess& operator=(Subprocess&& other) noexcept;
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;
  ~Subprocess() { end(); }

  [[nodiscard]] pid_t pid() const { return pid_; }

  void send_signal(int signal) const;

  /// Its status once it has ended, as a shell tells it; -1: it has not in time.
  int wait();

  /// The signal that stopped it; 0: it was not stopped in time, or has ended.
  int wait_for_stop();

  void end();

 private:
  pid_t pid_ = 0;
};

/// nsplay while it runs. Its stdout is a pipe, its stderr a file.
class RunningNsplay {
 public:
  RunningNsplay(const Words& arguments, const RunOptions& options);

  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  [[nodiscard]] Subprocess& process() { return process_; }
  [[nodiscard]] PipeReader& out() { return out_; }

  void send_signal(int signal) const { process_.send_signal(signal); }

  /// More of its stdin.
  void write(std::string_view text) const { write_text(in_.get(), text); }
  void close_input() { in_.reset(); }

  /// What it has written to stderr so far.
  [[nodiscard]] std::string errors() const;

  /// Its stdin ends; the rest of its stdout, and how it ended.
  RunResult finish();

 private:
  sys::UniqueFd in_;
  PipeReader out_;
  sys::UniqueFd err_;
  Subprocess process_;
};

/// Its stdin stays open until finish() or close_input().
RunningNsplay start_nsplay(const Words& arguments, const RunOptions& options = {});

}  // namespace nsplay::test
