#include <cstdint>
#include <string>

#include <gmock/gmock.h>

#include "nsplay/base/text.h"

namespace nsplay {
namespace {

using namespace std::string_literals;

/// The code point in UTF-8, or in the form that UTF-8 would give it if it were allowed.
std::string utf8(std::uint32_t code_point) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((code_point >> shift) & 0x3fU));
  };
  if (code_point < 0x80) {
    return {static_cast<char>(code_point)};
  }
  if (code_point < 0x800) {
    return {static_cast<char>(0xc0U | (code_point >> 6U)), tail(0)};
  }
  if (code_point < 0x10000) {
    return {static_cast<char>(0xe0U | (code_point >> 12U)), tail(6), tail(0)};
  }
  return {static_cast<char>(0xf0U | (code_point >> 18U)), tail(12), tail(6), tail(0)};
}

/// Every byte as \xHH.
std::string in_hex(const std::string& bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += {'\\', 'x', digits[value / 16], digits[value % 16]};
  }
  return text;
}

TEST(EscapeForTerminal, LeavesPlainTextAlone) {
  for (const char* text : {"", "web-1", "a b'c\"d$e", "grün", "日本語", "✓ 🎉", "e\u0301"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(escape_for_terminal(text), text);
  }
}

TEST(EscapeForTerminal, NamesTheControlCharactersThatHaveNames) {
  EXPECT_EQ(escape_for_terminal("a\nb\tc\\d"), "a\\nb\\tc\\\\d");
}

TEST(EscapeForTerminal, ShowsEveryOtherControlCharacterInHex) {
  for (std::uint32_t value = 0; value < 0x20; ++value) {
    SCOPED_TRACE(value);
    if (value != '\n' && value != '\t') {
      EXPECT_EQ(escape_for_terminal(utf8(value)), in_hex(utf8(value)));
    }
  }
  EXPECT_EQ(escape_for_terminal("\x7f"), "\\x7f");
  EXPECT_EQ(escape_for_terminal("\x1b]0;title\x07\x1b[2J"), "\\x1b]0;title\\x07\\x1b[2J");
}

TEST(EscapeForTerminal, ShowsTheC1ControlsInHex) {
  for (std::uint32_t value = 0x80; value <= 0x9f; ++value) {
    SCOPED_TRACE(value);
    EXPECT_EQ(escape_for_terminal(utf8(value)), in_hex(utf8(value)));
  }
  EXPECT_EQ(escape_for_terminal(utf8(0xa0)), utf8(0xa0));
}

TEST(EscapeForTerminal, ShowsWhatReordersOrEndsALineInHex) {
  for (const std::uint32_t value : {0x2028U,
                                    0x2029U,
                                    0x202aU,
                                    0x202bU,
                                    0x202cU,
                                    0x202dU,
                                    0x202eU,
                                    0x2066U,
                                    0x2067U,
                                    0x2068U,
                                    0x2069U}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(escape_for_terminal(utf8(value)), in_hex(utf8(value)));
  }
}

TEST(EscapeForTerminal, KeepsTheCodePointsNextToTheForbiddenOnes) {
  for (const std::uint32_t value :
       {0x20U, 0x7eU, 0x2027U, 0x202fU, 0x2065U, 0x206aU, 0xd7ffU, 0xe000U, 0x10000U, 0x10ffffU}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(escape_for_terminal(utf8(value)), utf8(value));
  }
}

TEST(EscapeForTerminal, ShowsBytesThatAreNoUtf8InHex) {
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"a continuation alone", "\x80"},
      {"a raw C1 control", "\x9b"},
      {"a lead byte alone", "\xc3"},
      {"the end in the middle of three", "\xe2\x82"},
      {"the end in the middle of four", "\xf0\x9f\x8e"},
      {"a slash in two bytes", "\xc0\xaf"},
      {"a slash in three bytes", "\xe0\x80\xaf"},
      {"a slash in four bytes", "\xf0\x80\x80\xaf"},
      {"an overlong NUL", "\xc0\x80"},
      {"the longest overlong form of two bytes", "\xc1\xbf"},
      {"the longest overlong form of three bytes", "\xe0\x9f\xbf"},
      {"the longest overlong form of four bytes", "\xf0\x8f\xbf\xbf"},
      {"the first surrogate", "\xed\xa0\x80"},
      {"the last surrogate", "\xed\xbf\xbf"},
      {"a pair of surrogates", "\xed\xa0\xbc\xed\xbe\x89"},
      {"one above the last code point", "\xf4\x90\x80\x80"},
      {"the lead of five bytes", "\xf8\x88\x80\x80\x80"},
      {"bytes that never occur", "\xfe\xff"},
  };
  for (const auto& [what, bytes] : cases) {
    SCOPED_TRACE(what);
    EXPECT_EQ(escape_for_terminal(bytes), in_hex(bytes));
  }
}

TEST(EscapeForTerminal, GoesOnBehindABadByte) {
  EXPECT_EQ(escape_for_terminal("\xe2\x82(ü"), "\\xe2\\x82(ü");
  EXPECT_EQ(escape_for_terminal("\xc3\x1b[m"), "\\xc3\\x1b[m");
  EXPECT_EQ(escape_for_terminal("\xff\xc3\xbc"), "\\xffü");
}

TEST(EscapeForTerminal, DoesNotStopAtANulByte) {
  EXPECT_EQ(escape_for_terminal("a\0b"s), "a\\x00b");
}

TEST(EscapeForTerminal, KeepsBackslashesOnDemand) {
  EXPECT_EQ(escape_for_terminal("a\\nb\\x1b", Backslash::keep), "a\\nb\\x1b");
  EXPECT_EQ(escape_for_terminal("\\\x1b\n", Backslash::keep), "\\\\x1b\\n");
}

TEST(EscapeForTerminal, LeavesEscapedTextAloneWhenBackslashesAreKept) {
  std::string everything;
  for (std::uint32_t value = 0; value < 0x11000; ++value) {
    everything += utf8(value);
  }
  for (int byte = 0x80; byte <= 0xff; ++byte) {
    everything += static_cast<char>(byte);
  }
  for (const Backslash first : {Backslash::escape, Backslash::keep}) {
    const std::string once = escape_for_terminal(everything, first);
    EXPECT_TRUE(escape_for_terminal(once, Backslash::keep) == once);
  }
}

TEST(Quote, PutsEscapedTextInSingleQuotes) {
  EXPECT_EQ(quote("web"), "'web'");
  EXPECT_EQ(quote(""), "''");
  EXPECT_EQ(quote("a\x1b[31m\nb"), "'a\\x1b[31m\\nb'");
}

}  // namespace
}  // namespace nsplay
