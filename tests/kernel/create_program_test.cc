// A program in new namespaces: as the child of a guard, of nsplay's own init, and as pid 1 itself.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/programs.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

struct ProgramShape {
  const char* name;
  KindSet kinds;
  ops::Init init;
};

std::ostream& operator<<(std::ostream& stream, const ProgramShape& shape) {
  return stream << shape.name;
}

constexpr ProgramShape guarded_shape = {"guarded", {Kind::uts}, ops::Init::reaping};
constexpr ProgramShape below_init_shape = {"below_init", {Kind::pid}, ops::Init::reaping};
constexpr ProgramShape raw_shape = {"raw", {Kind::uts}, ops::Init::program};
constexpr ProgramShape raw_pid_1_shape = {"raw_pid_1", {Kind::pid}, ops::Init::program};

Starter starter(const ProgramShape& shape) {
  return [shape](Words program, Preparation preparation) {
    ops::CreateRequest request = creation_of(shape.kinds, std::move(program));
    request.init = shape.init;
    return create_and_wait(request, std::move(preparation));
  };
}

std::string inheritable_descriptors() {
  std::string text;
  for (const auto& [number, link] : descriptors_of(::getpid())) {
    const int flags = ::fcntl(number, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) {
      text += (text.empty() ? "" : " ") + std::to_string(number);
    }
  }
  return text;
}

class AnyShape : public LeakCheck, public testing::WithParamInterface<ProgramShape> {
 protected:
  static Starter start() { return starter(GetParam()); }
};

std::string name_of_shape(const testing::TestParamInfo<ProgramShape>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    CreateProgram,
    AnyShape,
    testing::Values(guarded_shape, below_init_shape, raw_shape, raw_pid_1_shape),
    name_of_shape);

TEST_P(AnyShape, StatusIsTheProgramsOwn) {
  expect_status_is_the_programs(start());
}

TEST_P(AnyShape, SignalsArePassedOn) {
  expect_signals_are_passed_on(start());
}

TEST_P(AnyShape, NothingOfTheFrontIsLeftInTheProgram) {
  expect_nothing_of_the_front_is_left_in_it(start());
}

TEST_P(AnyShape, InputIsThePrograms) {
  expect_input_is_the_programs(start());
}

TEST_P(AnyShape, ProgramsThatCannotRunAreErrors) {
  expect_errors_of_programs_that_cannot_run(start());
}

TEST_P(AnyShape, AnUnsearchableDirectoryOfThePathHasNothing) {
  expect_an_unsearchable_directory_has_nothing(start());
}

/// As every program that another one starts has them.
TEST_P(AnyShape, HasTheDescriptorsThatTheCallerLeftOpenAndNoOther) {
  const sys::UniqueFd left_open(::dup(STDERR_FILENO));  // NOLINT(android-cloexec-dup)
  const FrontOutcome outcome = in_child(start()(inside("report"), {}));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["fds"], inheritable_descriptors());
}

TEST_P(AnyShape, AnEmptyNameIsNotTheShell) {
  expect_an_empty_name_is_not_the_shell(start());
}

TEST_P(AnyShape, ProgramEndsWithAFrontThatIsKilled) {
  expect_end_with_killed_front(start(), inside("wait"));
}

TEST_P(AnyShape, ProgramEndsWheneverTheFrontIsKilled) {
  expect_end_whenever_the_front_is_killed(start(), inside("wait"));
}

TEST_P(AnyShape, RunsWithoutStandardStreams) {
  expect_a_way_without_standard_streams(start());
}

TEST_P(AnyShape, TooFewDescriptorsAreAnError) {
  expect_errors_when_descriptors_run_out(start());
}

TEST_P(AnyShape, HostnameIsSetBeforeTheProgramRuns) {
  ops::CreateRequest request = creation_of(GetParam().kinds, inside("report"));
  request.init = GetParam().init;
  request.hostname = "a-host";
  request.domainname = "a-domain";
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["nodename"], "a-host");
  EXPECT_EQ(InsideReport(outcome.output)["domainname"], "a-domain");
}

TEST_P(AnyShape, ACallerWhoIgnoresSigchldGetsTheStatusNevertheless) {
  const FrontOutcome outcome =
      in_child(start()(inside("exit", {"7"}), [] { ::signal(SIGCHLD, SIG_IGN); }));
  EXPECT_EQ(outcome.status, 7) << outcome;
}

/// A raw pid 1 cannot stop or kill itself: pid_namespaces(7). Nobody but PR_SET_PDEATHSIG watches a
/// raw program.
class SupervisedShape : public AnyShape {};

INSTANTIATE_TEST_SUITE_P(CreateProgram,
                         SupervisedShape,
                         testing::Values(guarded_shape, below_init_shape),
                         name_of_shape);

TEST_P(SupervisedShape, SignalEndsAreToldAsShellsDo) {
  expect_signal_ends_are_told_as_shells_do(start());
}

TEST_P(SupervisedShape, FrontStopsAndGoesOnTogetherWithTheProgram) {
  expect_stopping_together(start());
}

TEST_P(SupervisedShape, StoppedProgramEndsWithAFrontThatIsKilled) {
  expect_end_of_a_stopped_program_with_killed_front(start());
}

TEST_P(SupervisedShape, ProgramThatLosesItsDeathSignalEndsWheneverTheFrontIsKilled) {
  expect_end_whenever_the_front_is_killed(start(), inside("lose-death-signal"));
}

TEST_P(SupervisedShape, ProgramEndsWheneverTheFrontGetsSigterm) {
  expect_end_whenever_the_front_gets_sigterm(start());
}

TEST_P(SupervisedShape, ProgramThatLostItsDeathSignalEndsWithAFrontThatIsKilled) {
  expect_end_with_killed_front(start(), inside("lose-death-signal"));
}

TEST_P(SupervisedShape, ProgramThatChangedItsUidEndsWithAFrontThatIsKilledByRoot) {
  REQUIRE_ROOT();
  expect_end_with_killed_front(start(), inside("setuid-and-wait", {"65534"}));
}

class CreateProgram : public LeakCheck {};

TEST_F(CreateProgram, IsNotPid1UnlessItIsAskedFor) {
  for (const auto& [shape, pid] :
       {std::pair(below_init_shape, "2"), std::pair(raw_pid_1_shape, "1")}) {
    const FrontOutcome outcome = in_child(starter(shape)(inside("report"), {}));
    EXPECT_TRUE(passed(outcome));
    EXPECT_EQ(InsideReport(outcome.output)["pid"], pid);
  }
}

TEST_F(CreateProgram, InitReapsOrphans) {
  FrontProcess front(starter(below_init_shape)(inside("leave-orphans", {"8"}), {}));
  const pid_t init = front.child();
  front.output().read_line_after("ready ");
  EXPECT_TRUE(eventually([&] { return children_of(init).size() == 1; }));
  front.send_signal(SIGTERM);
  EXPECT_EQ(front.finish().status, 128 + SIGTERM);
}

TEST_F(CreateProgram, EndOfTheProgramEndsWhatItLeftInItsPidNamespace) {
  // The orphan has stdout: the output only ends when it does.
  const FrontOutcome outcome = in_child(starter(below_init_shape)(inside("outlive"), {}));
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateProgram, ReadsItsPathFromTheEnvironment) {
  const FrontOutcome outcome = in_child(starter(guarded_shape)(
      {"exe", "--inside", "exit", "9"}, [] { set_variable("PATH", "/nonexistent:/proc/self"); }));
  EXPECT_EQ(outcome.status, 9) << outcome;
}

}  // namespace
}  // namespace nsplay::test
