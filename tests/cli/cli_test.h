#pragma once

// What the tests of the program share: its children, and the form of its messages.

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ns/kind.h"

#include "support/leak_check.h"
#include "support/run_nsplay.h"
#include "support/temporary_directory.h"

namespace nsplay::test {

using CliTest = LeakCheck;

/// The one line that an ordinary user's create writes to stderr; nothing for root.
std::string note_for_caller();

/// This machine's nodename.
std::string own_nodename();

/// The child that `nsplay create -d` with these options left, ready.
Subprocess create_detached(const Words& options);

/// The number that a text begins with; a failure of the test, and 0, when it begins with none.
pid_t leading_pid(std::string_view text);

/// The story's first line, read: the child's pid.
pid_t read_pid_of_child(PipeReader& story);

/// An error as it has to look: nothing on stdout; "nsplay: ERROR" on stderr and, unless `hint` is
/// empty, one more line "hint: …" with `hint` in it.
struct ExpectedFailure {
  int status = 0;
  std::string error;
  std::string hint;
};
testing::AssertionResult fails_with(const RunResult& result, const ExpectedFailure& expected);

/// The same for an error of which only the beginning and the end are known.
testing::AssertionResult fails_between(const RunResult& result,
                                       int status,
                                       std::string_view beginning,
                                       std::string_view cause);

/// Nothing that a terminal would obey: of the control characters newline alone.
testing::AssertionResult is_harmless(std::string_view text);

/// nsplay with these arguments under strace(1), which tampers with calls of it and of its threads
/// as `injections` say: "read:error=EIO:when=3"; with `paths` only with those on one of them.
Words words_with_injections(const Words& injections,
                            const Words& arguments,
                            const Words& paths = {});

/// What another program than nsplay says, without a terminal.
RunResult run_words(const Words& words, const RunOptions& options = {});

/// For RunOptions::prepare: stdout is /dev/full, full(4).
void write_to_full_disk();

/// The same with a pipe that nobody reads.
void write_to_closed_pipe();

/// A bind mount of a namespace on a file that everybody may open, as ip-netns(8) makes them. Only
/// for root.
class MountedNamespace {
 public:
  MountedNamespace(pid_t pid, ns::Kind kind, const std::string& file = "ns");
  MountedNamespace(const MountedNamespace&) = delete;
  MountedNamespace& operator=(const MountedNamespace&) = delete;
  ~MountedNamespace();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  TemporaryDirectory directory_;
  std::string path_;
};

}  // namespace nsplay::test
