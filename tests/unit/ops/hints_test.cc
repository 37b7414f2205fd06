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

TEST(WithKnownCure, FindsTheCallAtTheEndOfTheChain) {
  for (const Error& error : {Error::of(EAGAIN, "clone", ""),
                             Error::of(EAGAIN, "clone", "a process for the program"),
                             Error::of(EAGAIN, "clone", "").during("cannot join 4711")}) {
    EXPECT_THAT(with_known_cure(error).hint, testing::HasSubstr("RLIMIT_NPROC"));
  }
}

TEST(WithKnownCure, NamesTheLimitOfOpenFilesWhateverTheCallWas) {
  for (const char* call : {"pipe2", "open", "signalfd"}) {
    EXPECT_THAT(with_known_cure(Error::of(EMFILE, call, "")).hint, testing::HasSubstr("ulimit -n"));
    EXPECT_THAT(with_known_cure(Error::of(ENFILE, call, "")).hint,
                testing::HasSubstr("fs.file-max"));
  }
}

TEST(WithKnownCure, LeavesOtherErrorsAlone) {
  for (const Error& error : {Error::of(EAGAIN, "write", "clone"),
                             Error::of(EAGAIN, "clonewheel", ""),
                             Error::of(ENOENT, "open", "/dev/zero"),
                             Error::of(0, "clone", "")}) {
    EXPECT_EQ(with_known_cure(error).hint, "") << error.message();
  }
  EXPECT_EQ(with_known_cure(Error::of(EMFILE, "pipe2", "").with_hint("another")).hint, "another");
}

}  // namespace
}  // namespace nsplay::ops
