#include "nsplay/sys/signals.h"

#include <csignal>

#include <gtest/gtest.h>

namespace nsplay::sys {
namespace {

TEST(Signals, HaveNamesWithAndWithoutTheirPrefixInAnyCase) {
  EXPECT_EQ(signal_named("TERM"), SIGTERM);
  EXPECT_EQ(signal_named("SIGTERM"), SIGTERM);
  EXPECT_EQ(signal_named("sigusr1"), SIGUSR1);
  EXPECT_EQ(signal_named("kill"), SIGKILL);
}

TEST(Signals, HaveNumbers) {
  EXPECT_EQ(signal_named("15"), SIGTERM);
  EXPECT_EQ(signal_named("64"), 64);
}

TEST(Signals, AreCalledByTheirNamesOrElseByTheirNumbers) {
  EXPECT_EQ(name_of_signal(SIGTERM), "SIGTERM");
  EXPECT_EQ(name_of_signal(SIGHUP), "SIGHUP");
  EXPECT_EQ(name_of_signal(64), "signal 64");
}

TEST(Signals, OfNoNameAndNoNumberAreNone) {
  for (const char* text :
       {"", "0", "65", "-1", "99999999999", "SIG", "SIGSIGTERM", "TERMINATE", "T"}) {
    EXPECT_FALSE(signal_named(text)) << text;
  }
}

}  // namespace
}  // namespace nsplay::sys
