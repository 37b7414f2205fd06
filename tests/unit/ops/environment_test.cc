#include "nsplay/ops/environment.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

using test::IsUsageError;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Variable, IsWhatFollowsTheEqualsSign) {
  const Environment environment = {"TERMINAL=no", "TERM", "TERM=xterm=256", "TERM=second", "X="};
  EXPECT_EQ(variable(environment, "TERM"), "xterm=256");
  EXPECT_EQ(variable(environment, "X"), "");
  EXPECT_EQ(variable(environment, "TER"), "");
  EXPECT_EQ(variable(environment, "PATH"), "");
  EXPECT_EQ(variable({}, "PATH"), "");
}

TEST(EnvironmentOfTarget, HasTheCallersTermInTheTargetsPlace) {
  EXPECT_THAT(environment_of_target({"A=1", "TERM=dumb", "B=2"}, {"X=1", "TERM=xterm"}),
              ElementsAre("A=1", "TERM=xterm", "B=2"));
}

TEST(EnvironmentOfTarget, HasTheCallersTermAtTheEndWhenTheTargetHasNone) {
  EXPECT_THAT(environment_of_target({"A=1", "TERMINFO=/x"}, {"TERM=xterm"}),
              ElementsAre("A=1", "TERMINFO=/x", "TERM=xterm"));
  EXPECT_THAT(environment_of_target({}, {"TERM=xterm"}), ElementsAre("TERM=xterm"));
}

TEST(EnvironmentOfTarget, KeepsTheTargetsTermWhenTheCallerHasNone) {
  EXPECT_THAT(environment_of_target({"TERM=vt100"}, {"A=1"}), ElementsAre("TERM=vt100"));
  EXPECT_THAT(environment_of_target({"A=1"}, {"TERM="}), ElementsAre("A=1"));
}

TEST(EnvironmentOfTarget, TakesNothingElseFromTheCaller) {
  EXPECT_THAT(environment_of_target({}, {"LD_PRELOAD=/x", "PATH=/y", "HOME=/z"}), IsEmpty());
}

TEST(EnvironmentOfTarget, KeepsEveryByteAndTheOrder) {
  const Environment target = {"B=2", "=x", "NONAME", "A=", "B=3", "C=\xff\n"};
  EXPECT_EQ(environment_of_target(target, {}), target);
}

TEST(ClearedEnvironment, IsAPathAndTheCallersTerm) {
  EXPECT_THAT(cleared_environment({"TERM=xterm", "LD_PRELOAD=/x", "PATH=/y"}),
              ElementsAre("PATH=" + std::string(standard_path()), "TERM=xterm"));
  EXPECT_THAT(cleared_environment({"HOME=/"}), ElementsAre("PATH=" + std::string(standard_path())));
}

Environment changed(Environment environment,
                    const std::vector<std::string>& unset,
                    const std::vector<std::string>& set) {
  EnvironmentRequest request;
  request.unset = unset;
  request.set = set;
  change_environment(environment, request);
  return environment;
}

TEST(ChangeEnvironment, SetsInPlaceOrAtTheEnd) {
  EXPECT_THAT(changed({"A=1", "B=2", "C=3"}, {}, {"B=x=y", "D="}),
              ElementsAre("A=1", "B=x=y", "C=3", "D="));
  EXPECT_THAT(changed({}, {}, {"A=1", "A=2"}), ElementsAre("A=2"));
}

TEST(ChangeEnvironment, LeavesOneOfAVariableThatIsThereTwice) {
  EXPECT_THAT(changed({"A=1", "B=2", "A=3"}, {}, {"A=4"}), ElementsAre("A=4", "B=2"));
}

TEST(ChangeEnvironment, RemovesEveryVariableOfTheNameAndNoOther) {
  EXPECT_THAT(changed({"A=1", "AB=2", "A", "A=3"}, {"A"}, {}), ElementsAre("AB=2", "A"));
  EXPECT_THAT(changed({"A=1"}, {"B"}, {}), ElementsAre("A=1"));
}

TEST(ChangeEnvironment, RemovesBeforeItSets) {
  EXPECT_THAT(changed({"A=1", "B=2"}, {"A"}, {"A=3"}), ElementsAre("B=2", "A=3"));
}

Result<> checked(const std::vector<std::string>& unset, const std::vector<std::string>& set) {
  EnvironmentRequest request;
  request.unset = unset;
  request.set = set;
  return check_environment(request);
}

TEST(CheckEnvironment, WantsANameAndAnEqualsSign) {
  EXPECT_TRUE(checked({"A"}, {"A=", "B=="}));
  for (const char* assignment : {"", "A", "=x", "="}) {
    EXPECT_THAT(checked({}, {assignment}), IsUsageError(HasSubstr("--setenv wants NAME=VALUE")));
  }
  for (const char* name : {"", "A=1", "="}) {
    EXPECT_THAT(checked({name}, {}), IsUsageError(HasSubstr("--unsetenv wants a name")));
  }
}

}  // namespace
}  // namespace nsplay::ops
