// The environment of a joined program: whose it is, and what was changed in it.

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JoinEnvironment : public LeakCheck {
 protected:
  static InsideReport report_from(const ChildInNamespaces& target, Preparation preparation = {}) {
    const FrontOutcome outcome = in_child(
        join_and_wait(joining(target.expression(), inside("report")), std::move(preparation)));
    EXPECT_TRUE(passed(outcome));
    return InsideReport(outcome.output);
  }

  static TargetOptions options(KindSet kinds) {
    TargetOptions options{.kinds = with_privilege_for(kinds)};
    options.environment = {"PATH=/usr/bin:/bin", "TERM=of-the-target", "MARK=of the target", "=x"};
    return options;
  }

  static void set_own() {
    set_variable("TERM", "of-the-caller");
    set_variable("MARK", "of the caller");
    set_variable("OWN", "only the caller's");
  }
};

TEST_F(JoinEnvironment, IsTheTargetsWithTheCallersTerm) {
  const ChildInNamespaces target(options({Kind::mnt}));
  const InsideReport report = report_from(target, set_own);
  EXPECT_THAT(report.variables("MARK"), ElementsAre("MARK=of the target"));
  EXPECT_THAT(report.variables("TERM"), ElementsAre("TERM=of-the-caller"));
  EXPECT_THAT(report.variables("OWN"), IsEmpty());
}

TEST_F(JoinEnvironment, KeepsTheTargetsTermWhenTheCallerHasNone) {
  const ChildInNamespaces target(options({Kind::mnt}));
  const InsideReport report = report_from(target, [] { unset_variable("TERM"); });
  EXPECT_THAT(report.variables("TERM"), ElementsAre("TERM=of-the-target"));
}

TEST_F(JoinEnvironment, IsTheCallersWithoutMnt) {
  const ChildInNamespaces target(options({Kind::uts}));
  const InsideReport report = report_from(target, set_own);
  EXPECT_THAT(report.variables("MARK"), ElementsAre("MARK=of the caller"));
  EXPECT_THAT(report.variables("TERM"), ElementsAre("TERM=of-the-caller"));
}

ops::JoinRequest with_source(const ChildInNamespaces& target, ops::EnvironmentSource source) {
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.environment.source = source;
  return request;
}

TEST_F(JoinEnvironment, IsWhatTheUserAskedFor) {
  const ChildInNamespaces with_mnt(options({Kind::mnt}));
  const ChildInNamespaces without_mnt(options({Kind::uts}));
  struct {
    const ChildInNamespaces* target;
    ops::EnvironmentSource source;
    std::vector<std::string> mark;
  } const table[] = {
      {&with_mnt, ops::EnvironmentSource::keep, {"MARK=of the caller"}},
      {&with_mnt, ops::EnvironmentSource::clear, {}},
      {&without_mnt, ops::EnvironmentSource::target, {"MARK=of the target"}},
      {&without_mnt, ops::EnvironmentSource::clear, {}},
  };
  for (const auto& row : table) {
    const FrontOutcome outcome =
        in_child(join_and_wait(with_source(*row.target, row.source), set_own));
    EXPECT_TRUE(passed(outcome));
    const InsideReport report(outcome.output);
    EXPECT_EQ(report.variables("MARK"), row.mark);
    EXPECT_THAT(report.variables("TERM"), ElementsAre("TERM=of-the-caller"));
  }
}

TEST_F(JoinEnvironment, IsChangedVariableByVariable) {
  const ChildInNamespaces target(options({Kind::mnt}));
  ops::JoinRequest request = joining(target.expression(), inside("report"));
  request.environment.set = {"NEW=a=b", "PATH=/x"};
  request.environment.unset = {"MARK"};
  const FrontOutcome outcome = in_child(join_and_wait(request, set_own));
  EXPECT_TRUE(passed(outcome));
  const InsideReport report(outcome.output);
  EXPECT_THAT(report.variables("NEW"), ElementsAre("NEW=a=b"));
  EXPECT_THAT(report.variables("PATH"), ElementsAre("PATH=/x"));
  EXPECT_THAT(report.variables("MARK"), IsEmpty());
}

TEST_F(JoinEnvironment, OfANamespaceIsAUsageError) {
  const ChildInNamespaces target(options({Kind::uts}));
  ops::JoinRequest request = with_source(target, ops::EnvironmentSource::target);
  request.target = target.namespace_file(Kind::uts);
  const FrontOutcome outcome = in_child(join_and_wait(request));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::usage);
  EXPECT_THAT(outcome.error->message(), HasSubstr("--env=target needs a process"));
}

TEST_F(JoinEnvironment, PathOfTheTargetFindsTheProgram) {
  TargetOptions with_path = options({Kind::mnt});
  Words words = inside("exit", {"9"});
  const auto slash = words.front().rfind('/');
  with_path.environment = {"PATH=/nonexistent:" + words.front().substr(0, slash)};
  words.front().erase(0, slash + 1);
  const ChildInNamespaces target(std::move(with_path));
  const FrontOutcome outcome = in_child(join_and_wait(
      joining(target.expression(), words), [] { set_variable("PATH", "/nonexistent"); }));
  EXPECT_EQ(outcome.status, 9) << outcome;
}

/// The front process writes it at any time: a pipe does not take so long a text at once.
std::string without_the_fronts_line(std::string output) {
  const auto begin = output.find("joined ");
  output.erase(begin, output.find('\n', begin) - begin + 1);
  return output;
}

/// In lengths around those of usual buffers, and with entries that are no assignment.
TEST_F(JoinEnvironment, N4IsTheTargetsByteForByteHoweverLong) {
  TargetOptions options{.kinds = with_privilege_for({Kind::mnt})};
  for (std::size_t length = 1020; length <= 1028; ++length) {
    options.environment.push_back("V" + std::to_string(length) + "=" + std::string(length, 'x'));
    options.environment.emplace_back("no assignment");
  }
  options.environment.push_back("LAST=" + std::string(100'000, 'y'));
  const ChildInNamespaces target(options);
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("show", {"/proc/self/environ"})),
                             [] { unset_variable("TERM"); }));
  EXPECT_TRUE(passed(outcome));
  const std::string expected = read_process_file(target.pid(), "environ");
  EXPECT_GT(expected.size(), 109'000U);
  EXPECT_NE(without_the_fronts_line(outcome.output).find(expected), std::string::npos);
}

}  // namespace
}  // namespace nsplay::test
