// The life of a child that holds namespaces: what ends it, what does not, and what pid 1 owes.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/holder.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using Change = sys::ProcessChange::Kind;

/// A holder as an ordinary process, and as the pid 1 of its pid namespace.
class CreateHolder : public LeakCheck, public testing::WithParamInterface<KindSet> {
 protected:
  static ops::CreateRequest request() { return creation_of(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(As,
                         CreateHolder,
                         testing::Values(KindSet{Kind::uts}, KindSet{Kind::uts, Kind::pid}),
                         [](const auto& row) {
                           return row.param.contains(Kind::pid) ? "pid_1" : "ordinary_process";
                         });

TEST_P(CreateHolder, EndsByASignalThatTheFrontProcessPassesOn) {
  struct {
    int signal;
    int status;
  } const table[] = {{SIGTERM, 0}, {SIGINT, 0}, {SIGHUP, 128 + SIGHUP}, {SIGQUIT, 128 + SIGQUIT}};
  for (const auto& row : table) {
    SCOPED_TRACE(row.signal);
    Holder holder(request());
    holder.front().send_signal(row.signal);
    const FrontOutcome outcome = holder.front().finish();
    EXPECT_EQ(outcome.status, row.status) << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

TEST_P(CreateHolder, EndsBySignalsOfItsOwn) {
  struct {
    int signal;
    int status;
  } const table[] = {{SIGTERM, 0}, {SIGINT, 0}, {SIGKILL, 128 + SIGKILL}};
  for (const auto& row : table) {
    SCOPED_TRACE(row.signal);
    Holder holder(request());
    ASSERT_EQ(::kill(holder.pid(), row.signal), 0);
    const FrontOutcome outcome = holder.front().finish();
    EXPECT_EQ(outcome.status, row.status) << outcome;
    EXPECT_EQ(outcome.children_left, 0U);
  }
}

TEST_P(CreateHolder, ASignalThatMeansNothingToItIsNotItsEnd) {
  Holder holder(request());
  for (const int signal : {SIGWINCH, SIGUSR1, SIGUSR2, SIGCONT}) {
    holder.front().send_signal(signal);
  }
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

TEST_P(CreateHolder, EndsWithItsLifetime) {
  ops::CreateRequest request = CreateHolder::request();
  request.lifetime = std::chrono::seconds(1);
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
}

TEST_P(CreateHolder, EndsWithAFrontProcessThatIsKilled) {
  Holder holder(request());
  holder.front().send_signal(SIGKILL);
  // The holder has the front's stdout: its end comes when both are gone.
  EXPECT_EQ(holder.front().finish().status, 128 + SIGKILL);
}

TEST_P(CreateHolder, StopsAndGoesOnTogetherWithTheFrontProcess) {
  Holder holder(request());
  holder.front().send_signal(SIGTSTP);
  EXPECT_EQ(holder.front().next_change().kind, Change::stopped);
  holder.front().send_signal(SIGCONT);
  EXPECT_EQ(holder.front().next_change().kind, Change::continued);
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

class CreateInit : public LeakCheck {};

TEST_F(CreateInit, HolderThatIsPid1ReapsOrphans) {
  Holder holder(creation_of({Kind::pid}));
  FrontProcess joined(
      join_and_wait(joining(std::to_string(holder.pid()), inside("leave-orphans", {"8"}))));
  joined.output().read_line_after("ready ");
  EXPECT_TRUE(eventually([&] { return children_of(holder.pid()).empty(); }));
  joined.send_signal(SIGTERM);
  EXPECT_EQ(joined.finish().status, 128 + SIGTERM);
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateInit, EndOfAHolderThatIsPid1EndsEverythingInItsPidNamespace) {
  Holder holder(creation_of({Kind::pid}));
  FrontProcess joined(
      join_and_wait(joining(std::to_string(holder.pid()), inside("lose-death-signal"))));
  joined.output().read_line_after("ready ");
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(joined.finish().status, 128 + SIGKILL);
}

}  // namespace
}  // namespace nsplay::test
