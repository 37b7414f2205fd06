#include "nsplay/base/error.h"

#include <cerrno>
#include <utility>

#include <gtest/gtest.h>

namespace nsplay {
namespace {

TEST(Error, NamesCallSubjectAndCause) {
  const Error error = Error::of(EACCES, "open", "/proc/42/ns/net");
  EXPECT_EQ(error.message(), "open /proc/42/ns/net: Permission denied");
  EXPECT_EQ(error.errnum, EACCES);
  EXPECT_EQ(error.trouble, Trouble::failure);
}

TEST(Error, NamesTheCallAloneWithoutSubject) {
  EXPECT_EQ(Error::of(ENOSYS, "clone3", "").message(), "clone3: Function not implemented");
}

TEST(Error, HasNoCauseWhenTheKernelWasNotAsked) {
  EXPECT_EQ(Error::of(0, "malformed id map", "").message(), "malformed id map");
}

TEST(Error, PutsWhatWasDoneBeforeTheCause) {
  Error error = Error::of(EPERM, "setns", "net");
  error = std::move(error).during("cannot join 4242");
  error = std::move(error).during("outermost");
  EXPECT_EQ(error.message(), "outermost: cannot join 4242: setns net: Operation not permitted");
  EXPECT_EQ(error.errnum, EPERM);
}

TEST(Error, KeepsTheHintOfTheLayerClosestToTheCause) {
  const Error error =
      Error::of(EPERM, "setns", "net").with_hint("run as root").with_hint("give up");
  EXPECT_EQ(error.hint, "run as root");
}

TEST(Error, TakesAHintWhenItHasNone) {
  const Error error = Error::of(EPERM, "setns", "net").with_hint("").with_hint("run as root");
  EXPECT_EQ(error.hint, "run as root");
}

TEST(Error, KeepsHintAndTroubleWhileItTravels) {
  const Error error = Error::usage("no TARGET", "name one").during("cannot join");
  EXPECT_EQ(error.message(), "cannot join: no TARGET");
  EXPECT_EQ(error.hint, "name one");
  EXPECT_EQ(error.trouble, Trouble::usage);
}

TEST(Error, DoesNotShowItsHintInTheMessage) {
  EXPECT_EQ(Error::usage("no TARGET", "name one").message(), "no TARGET");
}

}  // namespace
}  // namespace nsplay
