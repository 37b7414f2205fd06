#pragma once

// What has to hold for a program whoever started it: its status, its signals, its end. Shared by
// the tests of create and join, which give a function that makes the front process of a program.

#include <functional>

#include "kernel/front.h"

namespace nsplay::test {

/// The front process's body for a program, with what is to be done first.
using Starter = std::function<FrontProcess::Body(Words program, Preparation preparation)>;

void expect_status_is_the_programs(const Starter& start);
void expect_signal_ends_are_told_as_shells_do(const Starter& start);
void expect_signals_are_passed_on(const Starter& start);

/// The program stops itself: so does the front process, until somebody continues it.
void expect_stopping_together(const Starter& start);

/// `program` says "ready", and would go on for ever. It must not when the front process is killed.
void expect_end_with_killed_front(const Starter& start, const Words& program);

void expect_end_of_a_stopped_program_with_killed_front(const Starter& start);

/// The same at many moments of the start, when half of it is done.
void expect_end_whenever_the_front_is_killed(const Starter& start, const Words& program);

/// No signal is lost at any moment of the start, and none leaves a process.
void expect_end_whenever_the_front_gets_sigterm(const Starter& start);

/// A caller whose stdin and stderr are closed.
void expect_a_way_without_standard_streams(const Starter& start);

/// As few descriptors as one likes: what cannot be opened is an error, and no process is left.
void expect_errors_when_descriptors_run_out(const Starter& start);

/// It gets the caller's signal mask and ignored signals.
void expect_nothing_of_the_front_is_left_in_it(const Starter& start);

/// What the caller has on stdin is the program's.
void expect_input_is_the_programs(const Starter& start);

/// Missing, not executable, no interpreter, no exec format: told apart, and no process is left.
void expect_errors_of_programs_that_cannot_run(const Starter& start);

/// A directory of the PATH that the caller may not search: what is not to be seen there is not
/// found, as in a shell.
void expect_an_unsearchable_directory_has_nothing(const Starter& start);

/// PROGRAM '' was named, so its absence is not the absence of a shell.
void expect_an_empty_name_is_not_the_shell(const Starter& start);

}  // namespace nsplay::test
