#pragma once

// Comparing where a program was with where it should have been.

#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "nsplay/ns/kind.h"

#include "support/inside_program.h"
#include "support/processes.h"

namespace nsplay::test {

/// Of each kind: the target's namespace if it was joined, else the caller's.
inline void expect_links(const InsideReport& report, pid_t target, ns::KindSet joined) {
  std::string reported;
  std::string expected;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const pid_t like = joined.contains(info.kind) ? target : ::getpid();
    reported += report.link(info.kind) + " ";
    expected += namespace_link(like, info.kind) + " ";
  }
  EXPECT_EQ(reported, expected);
}

}  // namespace nsplay::test
