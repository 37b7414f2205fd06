#include "nsplay/base/text.h"

#include <cstdint>
#include <limits>

#include <gmock/gmock.h>

namespace nsplay {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(split("a::b", ':'), ElementsAre("a", "", "b"));
  EXPECT_THAT(split(":", ':'), ElementsAre("", ""));
  EXPECT_THAT(split("a:", ':'), ElementsAre("a", ""));
  EXPECT_THAT(split(":a", ':'), ElementsAre("", "a"));
}

TEST(Split, MakesOnePartOfTextWithoutSeparator) {
  EXPECT_THAT(split("", ':'), ElementsAre(""));
  EXPECT_THAT(split("a b", ':'), ElementsAre("a b"));
}

TEST(Split, TakesANulByteLikeAnyOther) {
  EXPECT_THAT(split("a\0b"sv, '\0'), ElementsAre("a", "b"));
}

TEST(SplitWords, IgnoresHowManyBlanksAndTabsThereAre) {
  EXPECT_THAT(split_words("Uid:\t0  1 \t 2"), ElementsAre("Uid:", "0", "1", "2"));
  EXPECT_THAT(split_words("  a  "), ElementsAre("a"));
}

TEST(SplitWords, FindsNoneInBlanks) {
  EXPECT_THAT(split_words(""), IsEmpty());
  EXPECT_THAT(split_words(" \t "), IsEmpty());
}

TEST(SplitWords, SplitsOnNothingElse) {
  EXPECT_THAT(split_words("a\nb\rc\vd"), ElementsAre("a\nb\rc\vd"));
}

TEST(ParseNumber, ReadsTheWholeRange) {
  EXPECT_THAT(parse_number<std::uint32_t>("4294967295"), Optional(4294967295U));
  EXPECT_THAT(parse_number<std::uint64_t>("18446744073709551615"),
              Optional(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_THAT(parse_number<std::int64_t>("-9223372036854775808"),
              Optional(std::numeric_limits<std::int64_t>::min()));
  EXPECT_THAT(parse_number<int>("0"), Optional(0));
  EXPECT_THAT(parse_number<int>("007"), Optional(7));
}

TEST(ParseNumber, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_number<std::uint32_t>("4294967296"), std::nullopt);
  EXPECT_EQ(parse_number<int>("2147483648"), std::nullopt);
  EXPECT_EQ(parse_number<std::uint8_t>("256"), std::nullopt);
  EXPECT_EQ(parse_number<std::uint64_t>("99999999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_number<std::uint32_t>("-1"), std::nullopt);
}

TEST(ParseNumber, RefusesAnythingButANumber) {
  for (const auto text : {""sv, " 1"sv, "1 "sv, "+1"sv, "1a"sv, "a"sv, "1.0"sv, "1\0"sv, "--1"sv}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_number<int>(text), std::nullopt);
  }
}

TEST(ParseNumber, ReadsHexadecimalWithoutPrefix) {
  EXPECT_THAT(parse_number<std::uint64_t>("000001ffffffffff", 16), Optional(0x1ffffffffffULL));
  EXPECT_THAT(parse_number<std::uint64_t>("fF", 16), Optional(255U));
  EXPECT_EQ(parse_number<std::uint64_t>("0xff", 16), std::nullopt);
}

}  // namespace
}  // namespace nsplay
