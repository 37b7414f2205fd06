#include "nsplay/base/pattern.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay {
namespace {

using test::IsUsageError;
using testing::EndsWith;
using testing::StartsWith;

bool matches(std::string_view pattern, const std::string& text) {
  const auto compiled = Pattern::compile(pattern);
  EXPECT_TRUE(compiled) << pattern;
  return compiled && compiled->matches(text);
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) {
    text += part;
  }
  return text;
}

TEST(Pattern, IsFoundAnywhereInTheText) {
  EXPECT_TRUE(matches("b", "abc"));
  EXPECT_TRUE(matches("", "abc"));
  EXPECT_FALSE(matches("d", "abc"));
  EXPECT_FALSE(matches("B", "abc"));
}

TEST(Pattern, IsAnExtendedOne) {
  EXPECT_TRUE(matches("^(net|mnt)$", "mnt"));
  EXPECT_FALSE(matches("^(net|mnt)$", "mnt2"));
  EXPECT_TRUE(matches("^a+b?c*[0-9]{2,3}[[:alpha:]].$", "aac12xy"));
  EXPECT_TRUE(matches("a\\.b\\\\", "a.b\\"));
  EXPECT_FALSE(matches("a\\.b", "axb"));
}

TEST(Pattern, StaysWhatItIsWhenItIsMoved) {
  auto pattern = Pattern::compile("^a");
  ASSERT_TRUE(pattern);
  const Pattern moved = *std::move(pattern);
  EXPECT_TRUE(moved.matches("abc"));
  EXPECT_FALSE(moved.matches("bca"));
}

TEST(Pattern, IsRefusedWithTheReasonWhenItIsNone) {
  const auto pattern = Pattern::compile("a(\x1b");
  EXPECT_THAT(pattern, IsUsageError(StartsWith("'a(\\x1b' is not a regular expression: Unm")));
  EXPECT_EQ(pattern.error().hint, "it is an extended one as of regex(7)");
  for (const char* text : {"a[", "a{1", "a{2,1}", "*", "a|*b", "a\\", "[[:nothing:]]", "[b-a]"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(Pattern::compile(text), IsUsageError(StartsWith("'")));
  }
}

TEST(Pattern, MayHaveAThousandBytes) {
  EXPECT_TRUE(matches(std::string(1000, 'a'), std::string(1000, 'a')));
  const auto pattern = Pattern::compile(std::string(1001, 'a'));
  EXPECT_THAT(pattern, IsUsageError("a regular expression of 1001 bytes"));
  EXPECT_EQ(pattern.error().hint, "it may have 1000");
}

TEST(Pattern, HasNoZeroByteBehindWhichItWouldBeIgnored) {
  using namespace std::string_view_literals;
  EXPECT_THAT(Pattern::compile("a\0b"sv),
              IsUsageError("'a\\x00b' is not a regular expression: it has a zero byte"));
}

TEST(Pattern, DoesNotReferBack) {
  EXPECT_THAT(Pattern::compile("(a)\\1"), IsUsageError(EndsWith(": it refers back to a group")));
  EXPECT_TRUE(matches("(a)\\\\1", "a\\1"));
  EXPECT_TRUE(matches("(a)[\\1]", "a\\"));
}

TEST(Pattern, MayRepeatWhatPeopleRepeat) {
  EXPECT_TRUE(matches("^([0-9]{1,3}\\.){3}[0-9]{1,3}$", "192.168.100.1"));
  EXPECT_TRUE(matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
                      "0123abcd-0123-4567-89ab-0123456789ab"));
  EXPECT_TRUE(matches("^[0-9a-f]{64}$", std::string(64, 'c')));
  EXPECT_TRUE(matches("^([^/]+/)+[^/]+$", "a/b/c"));
}

TEST(Pattern, IsRefusedWhenItsRepetitionsWouldFillTheMemory) {
  const std::string nested = repeated("(", 40) + "a" + repeated("+)", 40);
  for (const std::string& text : {std::string("a{2000}"),
                                  std::string("((a{100}){100}){100}"),
                                  std::string("a{100}{100}"),
                                  std::string("a{,32767}"),
                                  std::string("a{99999999999999999999}"),
                                  std::string("(") + repeated("a", 900) + "){3}",
                                  "a" + repeated("+", 40),
                                  nested,
                                  // Brackets that hide what the count might trip over.
                                  repeated("(", 40) + "a" + repeated("[(])+", 40),
                                  repeated("(", 40) + "a" + repeated("[]()])+", 40),
                                  repeated("(", 40) + "a" + repeated("[^]()])+", 40),
                                  repeated("(", 40) + "a" + repeated("[[.].](])+", 40),
                                  repeated("(", 40) + "a" + repeated("\\()+", 40)}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(Pattern::compile(text), IsUsageError(EndsWith(": it repeats too much")));
  }
}

}  // namespace
}  // namespace nsplay
