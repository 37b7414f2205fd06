#include "output.h"

#include <cerrno>
#include <functional>

#include <gtest/gtest.h>

namespace nsplay::app {
namespace {

std::string stderr_of(const std::function<void()>& action) {
  testing::internal::CaptureStderr();
  action();
  return testing::internal::GetCapturedStderr();
}

TEST(PrintError, IsOneLineAndAtMostOneHint) {
  const Error error = Error::of(EPERM, "setns", "net").during("cannot join 4242");
  EXPECT_EQ(stderr_of([&] { print_error(error); }),
            "nsplay: cannot join 4242: setns net: Operation not permitted\n");
  const Error cured = Error::usage("no TARGET", "name one");
  EXPECT_EQ(stderr_of([&] { print_error(cured); }), "nsplay: no TARGET\nhint: name one\n");
}

TEST(PrintError, SendsNoControlCharacterToTheTerminal) {
  const Error error = Error::usage("bad \x1b[2J\nnsplay: fake", "try\nhint: fake\x07");
  EXPECT_EQ(stderr_of([&] { print_error(error); }),
            "nsplay: bad \\x1b[2J\\nnsplay: fake\nhint: try\\nhint: fake\\x07\n");
}

TEST(PrintError, DoesNotEscapeTwice) {
  const Error error = Error::usage("'a\\x1b' is not a TARGET");
  EXPECT_EQ(stderr_of([&] { print_error(error); }), "nsplay: 'a\\x1b' is not a TARGET\n");
}

TEST(PrintNotes, AreOneLineEach) {
  EXPECT_EQ(stderr_of([] {
              print_notes({"first", "second\n\x1b[m"});
            }),
            "nsplay: note: first\nnsplay: note: second\\n\\x1b[m\n");
  EXPECT_EQ(stderr_of([] { print_notes({}); }), "");
}

TEST(WriteStdout, WritesAllOfIt) {
  const std::string text(200000, 'x');
  testing::internal::CaptureStdout();
  const auto written = write_stdout(text);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), text);
  EXPECT_TRUE(written);
}

TEST(StdoutStyle, HasNoColourWithoutTerminal) {
  testing::internal::CaptureStdout();
  const render::Style style = stdout_style();
  testing::internal::GetCapturedStdout();
  EXPECT_EQ(style.colour, render::Colour::never);
}

TEST(PrintUnreadable, IsANoteWhenThereAreAny) {
  EXPECT_EQ(stderr_of([] { print_unreadable(3); }),
            "nsplay: note: processes that you may not look at are not counted: 3\n");
  EXPECT_EQ(stderr_of([] { print_unreadable(0); }), "");
}

}  // namespace
}  // namespace nsplay::app
