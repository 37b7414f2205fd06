#include "nsplay/base/shell_word.h"

#include <string>

#include <gtest/gtest.h>

namespace nsplay::test {
namespace {

TEST(ShellWord, NeedsNoQuotes) {
  for (const char* text : {"/run/netns/blue", "a-b_c.d:e@f%g+h=i,j", "mnt:4026532178"}) {
    EXPECT_EQ(shell_word(text), text);
  }
}

TEST(ShellWord, IsInSingleQuotes) {
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("/a b"), "'/a b'");
  EXPECT_EQ(shell_word("/a;$(id)`id`\"\\n*?~!#&|<>(){}[]^"), "'/a;$(id)`id`\"\\n*?~!#&|<>(){}[]^'");
  EXPECT_EQ(shell_word("/\u00fc\u20ac"), "'/\u00fc\u20ac'");
}

TEST(ShellWord, HasItsOwnSingleQuotes) {
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("'"), "''\\'''");
}

TEST(ShellWord, IsEscapedWhereATerminalWouldObeyIt) {
  EXPECT_EQ(shell_word("/a b'\\\n\x1b"), "$'/a b\\x27\\x5c\\x0a\\x1b'");
  EXPECT_EQ(shell_word("\x7f"), "$'\\x7f'");
  EXPECT_EQ(shell_word("\t"), "$'\\x09'");
  EXPECT_EQ(shell_word("\u0085"), "$'\\xc2\\x85'");
  EXPECT_EQ(shell_word(std::string("\xe2\x80") + "\xae"), "$'\\xe2\\x80\\xae'");
}

TEST(ShellWord, IsEscapedWhereItIsNotUtf8) {
  EXPECT_EQ(shell_word("\xff"), "$'\\xff'");
  EXPECT_EQ(shell_word("\xc3"), "$'\\xc3'");
  EXPECT_EQ(shell_word("\u00fc\xff"), "$'\\xc3\\xbc\\xff'");
  EXPECT_EQ(shell_word(std::string("a\0b", 3)), "$'a\\x00b'");
}

}  // namespace
}  // namespace nsplay::test
