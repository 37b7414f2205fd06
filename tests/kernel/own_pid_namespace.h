#pragma once

// A pid namespace of a test's own with a /proc that shows it: there the test decides which process
// gets which number.

#include <sys/types.h>

#include <functional>

namespace nsplay::test {

/// Runs `body` in such a place, as its root, who may choose pids. The test fails when the body
/// does, and is skipped where no such place can be had.
void run_in_own_pid_namespace(const std::function<void()>& body);

/// A child of the caller with exactly this pid, which waits for its end; clone3(2), set_tid. It has
/// a uts namespace of its own.
void start_child_with_pid(pid_t pid);

/// Kills and reaps a child.
void end_child(pid_t pid);

}  // namespace nsplay::test
