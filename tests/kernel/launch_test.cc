// A program's start, and what may come before it.

#include "nsplay/ops/launch.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include <gtest/gtest.h>

#include "nsplay/ops/session.h"

#include "support/front_process.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/pty.h"

namespace nsplay::test {
namespace {

class Launch : public LeakCheck {
 protected:
  static ops::ChildReport start_with(const sys::SignalInbox& inbox) {
    sys::ExecImage image(sys::Program{{"/bin/true"}, {"true"}, {}});
    ops::ProgramStart start;
    start.image = &image;
    start.inbox = &inbox;
    return ops::start_program(start, ops::Relation::child);
  }
};

TEST_F(Launch, IsGivenUpWhenTheTerminalWantedTheEndBefore) {
  Pty pty;
  const FrontOutcome outcome = in_child([&] {
    must(::setsid() > 0, "setsid");
    const sys::UniqueFd terminal(::open(pty.path().c_str(), O_RDWR | O_CLOEXEC));
    const auto inbox = ops::open_front_inbox();
    ASSERT_TRUE(inbox);
    pty.type(ctrl_c);
    sigset_t pending;
    ASSERT_TRUE(eventually(
        [&] { return ::sigpending(&pending) == 0 && sigismember(&pending, SIGINT) == 1; }));
    const ops::ChildReport report = start_with(*inbox);
    EXPECT_EQ(report.step, ops::Step::interrupted);
    EXPECT_EQ(report.value, SIGINT);
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(Launch, IsNotGivenUpForASignalThatIsPassedOnLater) {
  const FrontOutcome outcome = in_child([&] {
    const auto inbox = ops::open_front_inbox();
    ASSERT_TRUE(inbox);
    ::raise(SIGINT);
    const ops::ChildReport report = start_with(*inbox);
    EXPECT_EQ(report.errnum, 0);
    EXPECT_EQ(wait_for_child(report.program), 0);
  });
  EXPECT_TRUE(passed(outcome));
}

}  // namespace
}  // namespace nsplay::test
