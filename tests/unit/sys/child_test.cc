#include "nsplay/sys/child.h"

#include <gtest/gtest.h>

namespace nsplay::sys {
namespace {

using Kind = ProcessChange::Kind;

TEST(ProcessChange, EndsWithTheStatusThatAShellShows) {
  EXPECT_EQ((ProcessChange{Kind::exited, 0}).exit_status(), 0);
  EXPECT_EQ((ProcessChange{Kind::exited, 255}).exit_status(), 255);
  EXPECT_EQ((ProcessChange{Kind::killed, 9}).exit_status(), 137);
  EXPECT_EQ((ProcessChange{Kind::killed, 64}).exit_status(), 192);
}

TEST(ProcessChange, IsAnEndWhenTheProcessExitedOrWasKilled) {
  EXPECT_TRUE((ProcessChange{Kind::exited, 0}).is_end());
  EXPECT_TRUE((ProcessChange{Kind::killed, 9}).is_end());
  EXPECT_FALSE((ProcessChange{Kind::stopped, 20}).is_end());
  EXPECT_FALSE((ProcessChange{Kind::continued, 18}).is_end());
}

TEST(Child, IsNobodyWhenItWasNeverStarted) {
  Child child;
  EXPECT_EQ(child.pid(), 0);
  EXPECT_FALSE(child.pidfd());
  child.end();
  EXPECT_EQ(child.release(), 0);
}

}  // namespace
}  // namespace nsplay::sys
