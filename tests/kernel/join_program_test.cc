// A program that was joined into namespaces: its status, signals and end are the caller's business.

#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/programs.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

Starter joining_to(const ChildInNamespaces& target) {
  return [&target](Words program, Preparation preparation) {
    return join_and_wait(joining(target.expression(), std::move(program)), std::move(preparation));
  };
}

/// Into a pid namespace, where numbers differ; without one; with everything.
class JoinedProgram : public LeakCheck, public testing::WithParamInterface<KindSet> {};

class JoinProgram : public LeakCheck {};

std::string name_of_place(const testing::TestParamInfo<KindSet>& info) {
  return info.param == KindSet::all() ? "everything" : info.param.to_string();
}

INSTANTIATE_TEST_SUITE_P(In,
                         JoinedProgram,
                         testing::Values(KindSet{Kind::uts}, KindSet{Kind::pid}, KindSet::all()),
                         name_of_place);

TEST_P(JoinedProgram, StatusIsItsOwn) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_status_is_the_programs(joining_to(target));
}

TEST_P(JoinedProgram, SignalEndsAreToldAsShellsDo) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_signal_ends_are_told_as_shells_do(joining_to(target));
}

TEST_P(JoinedProgram, SignalsArePassedOn) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_signals_are_passed_on(joining_to(target));
}

TEST_P(JoinedProgram, FrontStopsAndGoesOnTogetherWithIt) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_stopping_together(joining_to(target));
}

TEST_P(JoinedProgram, EndsWithAFrontThatIsKilled) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_end_with_killed_front(joining_to(target), inside("wait"));
}

TEST_P(JoinedProgram, ThatIsStoppedEndsWithAFrontThatIsKilled) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_end_of_a_stopped_program_with_killed_front(joining_to(target));
}

TEST_P(JoinedProgram, EndsWheneverTheFrontIsKilled) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_end_whenever_the_front_is_killed(joining_to(target), inside("lose-death-signal"));
}

TEST_P(JoinedProgram, EndsWheneverTheFrontGetsSigterm) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_end_whenever_the_front_gets_sigterm(joining_to(target));
}

TEST_P(JoinedProgram, RunsWithoutStandardStreams) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_a_way_without_standard_streams(joining_to(target));
}

TEST_P(JoinedProgram, NeedsDescriptorsElseThereIsAnError) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_errors_when_descriptors_run_out(joining_to(target));
}

TEST_P(JoinedProgram, ThatLostItsDeathSignalEndsWithAFrontThatIsKilled) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_end_with_killed_front(joining_to(target), inside("lose-death-signal"));
}

TEST_P(JoinedProgram, ThatChangedItsUidEndsWithAFrontThatIsKilledByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(TargetOptions{.kinds = GetParam(), .maps = every_id()});
  expect_end_with_killed_front(joining_to(target), inside("setuid-and-wait", {"65534"}));
}

TEST_P(JoinedProgram, HasNothingOfTheFront) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_nothing_of_the_front_is_left_in_it(joining_to(target));
}

TEST_P(JoinedProgram, InputIsItsOwn) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_input_is_the_programs(joining_to(target));
}

TEST_P(JoinedProgram, ThatCannotRunIsAnError) {
  // With mnt the PATH is the target's.
  const ChildInNamespaces target(
      {.kinds = with_privilege_for(GetParam()), .environment = {"PATH=/nonexistent"}});
  expect_errors_of_programs_that_cannot_run(joining_to(target));
}

TEST_F(JoinProgram, AnUnsearchableDirectoryOfThePathHasNothing) {
  const ChildInNamespaces target({.kinds = {Kind::uts, Kind::user},
                                  .maps = {"0 65534 1", "0 65534 1", "deny"},
                                  .before = become_ordinary_user});
  expect_an_unsearchable_directory_has_nothing(joining_to(target));
}

TEST_P(JoinedProgram, EmptyNameIsNotTheShell) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  expect_an_empty_name_is_not_the_shell(joining_to(target));
}

TEST_P(JoinedProgram, EndsWithTheTargetsPidNamespaceOnly) {
  ChildInNamespaces target(with_privilege_for(GetParam()));
  FrontProcess front(joining_to(target)(inside("lose-death-signal"), {}));
  front.output().read_line_after("ready ");
  target.end();
  if (!GetParam().contains(Kind::pid)) {
    front.send_signal(SIGTERM);
  }
  const FrontOutcome outcome = front.finish();
  EXPECT_EQ(outcome.status, 128 + (GetParam().contains(Kind::pid) ? SIGKILL : SIGTERM)) << outcome;
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_P(JoinedProgram, N15GetsNoDescriptorThatTheCallerLeftOpen) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  const FrontOutcome outcome = in_child(
      joining_to(target)(inside("report"), [] { must(::dup2(STDERR_FILENO, 77) == 77, "dup2"); }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["fds"], "0 1 2");
}

TEST_P(JoinedProgram, GetsTheDescriptorsThatItIsToGet) {
  const ChildInNamespaces target(with_privilege_for(GetParam()));
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.preserved_files = 2;
  const FrontOutcome outcome = in_child(join_and_wait(request, [] {
    for (const int descriptor : {3, 4, 5}) {
      must(::dup2(STDERR_FILENO, descriptor) == descriptor, "dup2");
    }
  }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["fds"], "0 1 2 3 4");
}

class JoinShell : public LeakCheck {
 protected:
  /// The outcome of a join without PROGRAM that has `commands` on stdin.
  static FrontOutcome join_shell(const ChildInNamespaces& target,
                                 const std::string& commands,
                                 const char* shell) {
    PipeEnds input = open_pipe();
    write_text(input.write_end.get(), commands);
    input.write_end.reset();
    return in_child(join_and_wait(joining(target.expression(), {}), [&] {
      set_variable("SHELL", shell);
      must(::dup2(input.read_end.get(), STDIN_FILENO) == STDIN_FILENO, "dup2");
    }));
  }
};

TEST_F(JoinShell, RunsWhenNoProgramIsNamed) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  for (const char* shell : {"/bin/sh", "/nonexistent/shell", "sh", ""}) {
    SCOPED_TRACE(shell);
    const FrontOutcome outcome = join_shell(target, "echo shell runs; exit 7\n", shell);
    EXPECT_THAT(outcome.output, testing::HasSubstr("shell runs\n"));
    EXPECT_EQ(outcome.status, 7) << outcome;
  }
}

}  // namespace
}  // namespace nsplay::test
