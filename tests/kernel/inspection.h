#pragma once

// Reports of inspect, for tests.

#include <sys/types.h>

#include <string>

#include "nsplay/ops/inspect.h"

namespace nsplay::test {

/// A failure of the test, and an empty report, when there is none.
ops::InspectReport inspect(const std::string& target, ops::Members members = ops::Members::skip);

/// The row's view; a failure of the test, and an empty one, when it is an error.
ops::NamespaceView view_of(const ops::InspectReport& report, ns::Kind kind);

/// The row's error; a failure of the test, and an empty one, when it is none.
Error view_error_of(const ops::InspectReport& report, ns::Kind kind);

/// The kinds whose rows say that the caller is in them too.
ns::KindSet kinds_shared_with_caller(const ops::InspectReport& report);

/// Every row has to have the inode that /proc shows for this process.
void expect_inodes(const ops::InspectReport& report, pid_t pid);

}  // namespace nsplay::test
