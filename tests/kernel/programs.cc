#include "kernel/programs.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/inside_program.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using Change = sys::ProcessChange::Kind;

std::string own_status_field(const std::string& field) {
  const std::string status = read_process_file(::getpid(), "status");
  const auto begin = status.find(field + ":\t") + field.size() + 2;
  return status.substr(begin, status.find('\n', begin) - begin);
}

/// A set of signals as /proc/PID/status writes it, with SIGHUP, which is 1, added.
std::string with_sighup(std::string hexadecimal) {
  const std::string_view digits = "0123456789abcdef";
  char& last = hexadecimal.back();
  last = digits[digits.find(last) | 1U];
  return hexadecimal;
}

/// Lets a little time go by, without giving the moment away to a scheduler.
void spin_for(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

}  // namespace

void expect_status_is_the_programs(const Starter& start) {
  for (const int status : {0, 1, 2, 42, 125, 126, 127, 128, 137, 254, 255}) {
    SCOPED_TRACE(status);
    const FrontOutcome outcome = in_child(start(inside("exit", {std::to_string(status)}), {}));
    EXPECT_EQ(outcome.status, status) << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

void expect_signal_ends_are_told_as_shells_do(const Starter& start) {
  for (const int signal : {SIGHUP, SIGINT, SIGKILL, SIGTERM, SIGUSR1, SIGRTMAX}) {
    SCOPED_TRACE(signal);
    const FrontOutcome outcome = in_child(start(inside("die", {std::to_string(signal)}), {}));
    EXPECT_EQ(outcome.status, 128 + signal) << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

void expect_signals_are_passed_on(const Starter& start) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH}) {
    SCOPED_TRACE(signal);
    FrontProcess front(start(inside("tell-signal"), {}));
    front.output().read_line_after("ready ");
    front.send_signal(signal);
    EXPECT_EQ(front.output().read_line_after("signal "), std::to_string(signal));
    const FrontOutcome outcome = front.finish();
    EXPECT_TRUE(passed(outcome));
  }
}

void expect_stopping_together(const Starter& start) {
  FrontProcess front(start(inside("stop"), {}));
  front.output().read_line_after("ready ");
  EXPECT_EQ(front.next_change().kind, Change::stopped);
  front.send_signal(SIGCONT);
  const FrontOutcome outcome = front.finish();
  EXPECT_THAT(outcome.output, testing::HasSubstr("continued\n"));
  EXPECT_EQ(outcome.status, 5) << outcome;
}

void expect_end_with_killed_front(const Starter& start, const Words& program) {
  FrontProcess front(start(program, {}));
  front.output().read_line_after("ready ");
  front.send_signal(SIGKILL);
  // The output ends when the program has.
  EXPECT_EQ(front.finish().status, 128 + SIGKILL);
}

void expect_end_of_a_stopped_program_with_killed_front(const Starter& start) {
  FrontProcess front(start(inside("stop"), {}));
  front.output().read_line_after("ready ");
  EXPECT_EQ(front.next_change().kind, Change::stopped);
  front.send_signal(SIGKILL);
  EXPECT_EQ(front.finish().status, 128 + SIGKILL);
}

void expect_end_whenever_the_front_is_killed(const Starter& start, const Words& program) {
  for (int moment = 0; moment < 40; ++moment) {
    SCOPED_TRACE(moment);
    FrontProcess front(start(program, {}));
    spin_for(std::chrono::microseconds(100) * moment);
    front.send_signal(SIGKILL);
    const FrontOutcome outcome = front.finish();
    ASSERT_EQ(outcome.status, 128 + SIGKILL) << outcome;
  }
}

void expect_end_whenever_the_front_gets_sigterm(const Starter& start) {
  for (int moment = 0; moment < 40; ++moment) {
    SCOPED_TRACE(moment);
    FrontProcess front(start(inside("wait"), {}));
    spin_for(std::chrono::microseconds(100) * moment);
    front.send_signal(SIGTERM);
    const FrontOutcome outcome = front.finish();
    const bool interrupted =
        outcome.error && outcome.error->what.ends_with("SIGTERM came before it was ready");
    ASSERT_TRUE(interrupted || outcome.status == 128 + SIGTERM) << outcome;
    ASSERT_EQ(outcome.children_left, 0U) << outcome;
  }
}

void expect_a_way_without_standard_streams(const Starter& start) {
  const FrontOutcome outcome = in_child(start(inside("exit", {"7"}), [] {
    ::close(STDIN_FILENO);
    ::close(STDERR_FILENO);
  }));
  EXPECT_EQ(outcome.status, 7) << outcome;
  EXPECT_EQ(outcome.children_left, 0U);
}

void expect_errors_when_descriptors_run_out(const Starter& start) {
  int successes = 0;
  int errors = 0;
  for (rlim_t limit = 3; limit < 40; ++limit) {
    SCOPED_TRACE(limit);
    const FrontOutcome outcome = in_child(start(inside("exit", {"3"}), [&] {
      const struct rlimit few = {limit, limit};
      must(::setrlimit(RLIMIT_NOFILE, &few) == 0, "setrlimit");
    }));
    EXPECT_TRUE(outcome.error ? outcome.error->errnum == EMFILE : outcome.status == 3) << outcome;
    EXPECT_TRUE(!outcome.error || !outcome.error->hint.empty()) << outcome;
    EXPECT_EQ(outcome.children_left, 0U) << outcome;
    ++(outcome.error ? errors : successes);
  }
  EXPECT_GT(successes, 0);
  EXPECT_GT(errors, 0);
}

void expect_nothing_of_the_front_is_left_in_it(const Starter& start) {
  const std::string blocked = own_status_field("SigBlk");
  const std::string ignored = own_status_field("SigIgn");
  const FrontOutcome outcome = in_child(start(inside("report"), [] { ::signal(SIGHUP, SIG_IGN); }));
  EXPECT_TRUE(passed(outcome));
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["blocked"], blocked);
  EXPECT_EQ(report["ignored"], with_sighup(ignored));
  EXPECT_EQ(report["dumpable"], "1");
}

void expect_input_is_the_programs(const Starter& start) {
  PipeEnds input = open_pipe();
  write_text(input.write_end.get(), "some input");
  input.write_end.reset();
  const FrontOutcome outcome = in_child(start(inside("echo-input"), [&] {
    must(::dup2(input.read_end.get(), STDIN_FILENO) == STDIN_FILENO, "dup2");
  }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, testing::HasSubstr("some input"));
}

void expect_errors_of_programs_that_cannot_run(const Starter& start) {
  const TemporaryDirectory directory;
  struct {
    std::string program;
    Trouble trouble;
    int errnum;
  } const table[] = {
      {"/nonexistent/program", Trouble::not_found, ENOENT},
      {"nonexistent-program", Trouble::not_found, ENOENT},
      {directory.file("not-executable", "#!/bin/sh\n", 0644), Trouble::not_executable, EACCES},
      {directory.path(), Trouble::not_executable, EACCES},
      {directory.file("no-format", "neither nor", 0755), Trouble::not_executable, ENOEXEC},
      {directory.file("no-interpreter", "#!/nonexistent/sh\n", 0755), Trouble::not_found, ENOENT},
      {directory.file("a-file", "", 0644) + "/below", Trouble::not_found, ENOENT},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.program);
    const FrontOutcome outcome =
        in_child(start({row.program}, [&] { set_variable("PATH", directory.path()); }));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->trouble, row.trouble) << outcome;
    EXPECT_EQ(outcome.error->errnum, row.errnum) << outcome;
    EXPECT_THAT(outcome.error->message(), testing::HasSubstr("execve " + row.program));
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

void expect_an_unsearchable_directory_has_nothing(const Starter& start) {
  const TemporaryDirectory directory;
  const FrontOutcome outcome = in_child(start({"nonexistent-program"}, [&] {
    must(::chmod(directory.path().c_str(), 0) == 0, "chmod");
    set_variable("PATH", directory.path() + ":/nonexistent");
    become_ordinary_user();
  }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::not_found) << outcome;
  EXPECT_EQ(outcome.children_left, 0U);
}

void expect_an_empty_name_is_not_the_shell(const Starter& start) {
  const FrontOutcome outcome = in_child(start({""}, {}));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::not_found);
  EXPECT_THAT(outcome.error->message(), testing::Not(testing::HasSubstr("shell")));
  EXPECT_EQ(outcome.children_left, 0U);
}

}  // namespace nsplay::test
