// Which namespaces a joined program is in: what it reports itself, compared with the target's.

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/kind_sets.h"
#include "kernel/links.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::HasSubstr;

class JoinKinds : public LeakCheck {};

TEST_F(JoinKinds, ProgramIsInTheChosenOnesOfATargetThatHasAllOfItsOwn) {
  const ChildInNamespaces target(KindSet::all());
  for (const KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    const KindSet chosen = with_privilege_for(kinds);
    const FrontOutcome outcome =
        in_child(join_and_wait(joining(target.expression(), inside("report"), chosen)));
    EXPECT_TRUE(passed(outcome));
    expect_links(InsideReport(outcome.output), target.pid(), chosen);
  }
}

TEST_F(JoinKinds, WithoutChoiceProgramIsInThoseThatDiffer) {
  for (const KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    const KindSet own = with_privilege_for(kinds);
    const ChildInNamespaces target(own);
    const FrontOutcome outcome =
        in_child(join_and_wait(joining(target.expression(), inside("report"))));
    EXPECT_TRUE(passed(outcome));
    expect_links(InsideReport(outcome.output), target.pid(), own);
  }
}

TEST_F(JoinKinds, AChosenKindThatIsSharedAlreadyIsSkipped) {
  const KindSet own = with_privilege_for({Kind::uts});
  const ChildInNamespaces target(own);
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("report"), KindSet::all())));
  EXPECT_TRUE(passed(outcome));
  expect_links(InsideReport(outcome.output), target.pid(), own);
}

TEST_F(JoinKinds, NothingLeftToJoinIsAnErrorThatSaysSo) {
  const ChildInNamespaces target(KindSet{});
  for (const KindSet chosen : {KindSet{}, KindSet{Kind::uts}, KindSet::all()}) {
    SCOPED_TRACE(chosen.to_string());
    const FrontOutcome outcome =
        in_child(join_and_wait(joining(target.expression(), inside("report"), chosen)));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_THAT(outcome.error->message(), HasSubstr("nothing to join"));
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

/// The last number of NSpid is the pid in the innermost namespace.
std::string innermost_pid(pid_t pid) {
  const std::string status = read_process_file(pid, "status");
  const auto line = status.find("\nNSpid:");
  const auto end = status.find('\n', line + 1);
  const std::string numbers = status.substr(line, end - line);
  return numbers.substr(numbers.find_last_of(" \t") + 1);
}

TEST_F(JoinKinds, ProgramItselfIsInThePidNamespace) {
  const ChildInNamespaces target(with_privilege_for({Kind::pid}));
  FrontProcess front(join_and_wait(joining(target.expression(), inside("wait"))));
  const pid_t inner = std::stoi("0" + front.output().read_line_after("ready "));
  const auto children = children_of(front.pid());
  ASSERT_FALSE(children.empty());
  const bool is_there = std::any_of(children.begin(), children.end(), [&](pid_t child) {
    return innermost_pid(child) == std::to_string(inner) &&
           namespace_link(child, Kind::pid) == namespace_link(target.pid(), Kind::pid);
  });
  EXPECT_TRUE(is_there);
  EXPECT_GT(inner, 1);
  front.send_signal(SIGTERM);
  EXPECT_EQ(front.finish().status, 128 + SIGTERM);
}

}  // namespace
}  // namespace nsplay::test
