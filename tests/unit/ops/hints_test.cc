#include "nsplay/ops/hints.h"

#include <cerrno>

#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

TEST(CreationHint, IsEmptyWhereNothingIsKnown) {
  for (const int errnum : {0, ENOMEM, EAGAIN, EIO}) {
    SCOPED_TRACE(errnum);
    EXPECT_EQ(creation_hint(errnum, ns::KindSet::all()), "");
  }
}

TEST(CreationHint, NamesWhatTheKernelDoesNotShow) {
  EXPECT_EQ(creation_hint(EPERM, {ns::Kind::uts}), unexplained_refusal());
  EXPECT_THAT(unexplained_refusal(), testing::HasSubstr("seccomp"));
}

TEST(CreationHint, NamesTheLimitsThatCanBeReached) {
  for (const int errnum : {ENOSPC, EUSERS}) {
    SCOPED_TRACE(errnum);
    EXPECT_THAT(creation_hint(errnum, {ns::Kind::user}), testing::HasSubstr("user.max_"));
  }
}

}  // namespace
}  // namespace nsplay::ops
