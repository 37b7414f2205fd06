#pragma once

// A forked child of the test in which the library works as in the real program: what it does to its
// process (filters, moves, signal masks, credentials) does not spoil the test, and the test can
// watch it, signal it and kill it.

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nsplay/base/result.h"
#include "nsplay/sys/child.h"

#include "support/pipes.h"

namespace nsplay::test {

/// How a front process ended.
struct FrontOutcome {
  std::optional<Error> error;     ///< what its body failed with
  int status = -1;                ///< what its body returned; else as a shell tells its end
  std::string output;             ///< what it and its programs wrote to stdout
  std::size_t children_left = 0;  ///< how many children it still had when its body returned
};

std::ostream& operator<<(std::ostream& stream, const FrontOutcome& outcome);

/// Everything went well: no error, no failed expectation inside, status 0, no child left.
testing::AssertionResult passed(const FrontOutcome& outcome);

class FrontProcess {
 public:
  using Body = std::function<Result<int>()>;

  /// Forks; stdout of the child is a pipe. A failed EXPECT inside makes the status 1.
  explicit FrontProcess(const Body& body);

  FrontProcess(const FrontProcess&) = delete;
  FrontProcess& operator=(const FrontProcess&) = delete;

  /// Kills and reaps what is left of it.
  ~FrontProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// What it and its programs write to stdout.
  PipeReader& output() { return output_; }

  /// Its one child, once it has one: what the child says may come before what this process does.
  [[nodiscard]] pid_t child() const;

  void send_signal(int signal) const;

  /// The next time that it is stopped, goes on or ends. It stays a zombie then.
  [[nodiscard]] sys::ProcessChange next_change() const;

  /// Reads the output until everybody has closed it, then waits for its end.
  FrontOutcome finish();

 private:
  pid_t pid_ = 0;
  PipeReader output_;
  sys::UniqueFd result_;
};

/// Runs `body` in such a process, to its end.
FrontOutcome in_child(const FrontProcess::Body& body);

/// The same for a body that only expects.
FrontOutcome in_child(const std::function<void()>& body);

/// For bodies: a line on stdout, at once.
void say(const std::string& text);

}  // namespace nsplay::test
