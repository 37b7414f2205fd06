// The environment that the program of create gets.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"

namespace nsplay::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CreateEnvironment : public LeakCheck {
 protected:
  static FrontOutcome run(const ops::EnvironmentRequest& environment, Words program) {
    ops::CreateRequest request =
        creation_of(with_privilege_for({ns::Kind::uts}), std::move(program));
    request.environment = environment;
    return in_child(create_and_wait(request, [] {
      set_variable("TERM", "a-terminal");
      set_variable("PATH", "/nonexistent");
      set_variable("KEPT", "kept");
      set_variable("OTHER", "other");
    }));
  }

  static InsideReport report(const ops::EnvironmentRequest& environment) {
    const FrontOutcome outcome = run(environment, inside("report"));
    EXPECT_TRUE(passed(outcome));
    return InsideReport(outcome.output);
  }
};

TEST_F(CreateEnvironment, IsTheCallersIfNothingElseIsAskedFor) {
  EXPECT_THAT(report({}).variables("OTHER"), ElementsAre("OTHER=other"));
}

TEST_F(CreateEnvironment, ThatIsClearedHasTheTerminalAndAStandardPathAlone) {
  ops::EnvironmentRequest request;
  request.source = ops::EnvironmentSource::clear;
  const InsideReport inside_report = report(request);
  EXPECT_THAT(inside_report.variables("TERM"), ElementsAre("TERM=a-terminal"));
  EXPECT_THAT(inside_report.variables("PATH"),
              ElementsAre("PATH=" + std::string(ops::standard_path())));
  EXPECT_THAT(inside_report.variables("KEPT"), IsEmpty());
  EXPECT_THAT(inside_report.variables("OTHER"), IsEmpty());
}

TEST_F(CreateEnvironment, ThatIsClearedKeepsWhatIsNamed) {
  ops::EnvironmentRequest request;
  request.source = ops::EnvironmentSource::clear;
  request.kept = {"KEPT", "PATH", "ABSENT"};
  const InsideReport inside_report = report(request);
  EXPECT_THAT(inside_report.variables("KEPT"), ElementsAre("KEPT=kept"));
  EXPECT_THAT(inside_report.variables("PATH"), ElementsAre("PATH=/nonexistent"));
  EXPECT_THAT(inside_report.variables("ABSENT"), IsEmpty());
  EXPECT_THAT(inside_report.variables("OTHER"), IsEmpty());
}

TEST_F(CreateEnvironment, HasWhatIsSetAndNotWhatIsUnset) {
  ops::EnvironmentRequest request;
  request.unset = {"OTHER", "KEPT"};
  request.set = {"KEPT=again", "NEW=a=b"};
  const InsideReport inside_report = report(request);
  EXPECT_THAT(inside_report.variables("OTHER"), IsEmpty());
  EXPECT_THAT(inside_report.variables("KEPT"), ElementsAre("KEPT=again"));
  EXPECT_THAT(inside_report.variables("NEW"), ElementsAre("NEW=a=b"));
}

TEST_F(CreateEnvironment, HasThePathAlongWhichTheProgramIsLookedFor) {
  EXPECT_EQ(run({}, {"exe", "--inside", "exit", "9"}).error->trouble, Trouble::not_found);
  ops::EnvironmentRequest request;
  request.set = {"PATH=/proc/self"};
  EXPECT_EQ(run(request, {"exe", "--inside", "exit", "9"}).status, 9);
}

}  // namespace
}  // namespace nsplay::test
