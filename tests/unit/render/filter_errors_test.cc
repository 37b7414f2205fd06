#include <gmock/gmock.h>

#include "nsplay/render/filter.h"

#include "matchers.h"

namespace nsplay::render {
namespace {

using test::IsUsageError;
using testing::StartsWith;

Result<Filter> parse(std::string_view text) {
  return Filter::parse(text, {"NPROCS", "TYPE", "owner-uid"});
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) {
    text += part;
  }
  return text;
}

struct Refusal {
  std::string_view text;
  std::string_view message;  ///< behind "the filter at position "
  std::string_view hint;
};

void expect_refusals(const std::vector<Refusal>& refusals) {
  for (const auto& [text, message, hint] : refusals) {
    SCOPED_TRACE(text);
    const auto filter = parse(text);
    ASSERT_THAT(filter, IsUsageError("the filter at position " + std::string(message)));
    EXPECT_EQ(filter.error().hint, hint);
  }
}

TEST(FilterErrors, TellThatAnOperandIsMissing) {
  expect_refusals({
      {"NPROCS ==", "10: found the end, expected a column, a string, a number or '('", ""},
      {"NPROCS == ", "11: found the end, expected a column, a string, a number or '('", ""},
      {"== 5", "1: found '==', expected a column, a string, a number or '('", ""},
      {"TYPE && || TYPE", "9: found '||', expected a column, a string, a number or '('", ""},
      {"!", "2: found the end, expected a column, a string, a number or '('", ""},
      {"()", "2: found ')', expected a column, a string, a number or '('", ""},
      {"TYPE and", "9: found the end, expected a column, a string, a number or '('", ""},
      {"TYPE == ;", "9: found ';', expected a column, a string, a number or '('", ""},
      {"TYPE == -", "9: found '-', expected a column, a string, a number or '('", ""},
      {"\x1b[31m", "1: found '\\x1b', expected a column, a string, a number or '('", ""},
      {"'\xc3\xa4' == \xe2\x82\xac",
       "8: found '\xe2\x82\xac', expected a column, a string, a number or '('",
       ""},
  });
}

TEST(FilterErrors, TellThatAnOperatorIsMissing) {
  expect_refusals({
      {"NPROCS 5", "8: found '5', expected an operator or the end", ""},
      {"TYPE == 'a' TYPE", "13: found 'TYPE', expected an operator or the end", ""},
      {"(TYPE))", "7: found ')', expected an operator or the end", ""},
      {"TYPE !UID", "6: found '!', expected an operator or the end", ""},
      {"(TYPE", "6: found the end, expected an operator or ')'", ""},
      {"(TYPE 5)", "7: found '5', expected an operator or ')'", ""},
  });
}

TEST(FilterErrors, KnowTheOperatorsOfOtherLanguages) {
  expect_refusals({
      {"TYPE = 'net'", "6: found '=', expected an operator or the end", "equal is written =="},
      {"TYPE & TYPE", "6: found '&', expected an operator or the end", "and is written &&"},
      {"(TYPE | TYPE)", "7: found '|', expected an operator or ')'", "or is written ||"},
  });
}

TEST(FilterErrors, SuggestTheColumnThatWasMeant) {
  expect_refusals({
      {"NPROC > 1", "1: 'NPROC' is not a column", "did you mean 'NPROCS'? Strings need quotes"},
      {"TYPE || nprosc",
       "9: 'nprosc' is not a column",
       "did you mean 'NPROCS'? Strings need quotes"},
      {"OWNER_UID",
       "1: 'OWNER_UID' is not a column",
       "did you mean 'owner-uid'? Strings need quotes"},
      {"TYPE == cgroup",
       "9: 'cgroup' is not a column",
       "strings need quotes; the columns are NPROCS, TYPE, owner-uid"},
      {"NPROCS-1", "1: 'NPROCS-1' is not a column", "did you mean 'NPROCS'? Strings need quotes"},
  });
}

TEST(FilterErrors, TellWhereAStringBeginsThatDoesNotEnd) {
  expect_refusals({
      {"TYPE == 'net", "9: the string ''net' does not end", "it ends with another '"},
      {"TYPE == \"net'", "9: the string '\"net'' does not end", "it ends with another \""},
      {"'it\\'s'", "6: found 's', expected an operator or the end", ""},
  });
}

TEST(FilterErrors, TellNumbersThatAreNone) {
  for (const std::string_view number : {"5abc",
                                        "5.",
                                        "5.x",
                                        "1.2.3",
                                        "0x10",
                                        "5kb",
                                        "1e3",
                                        "5KB",
                                        "5Ki",
                                        "5iB",
                                        "1.5K",
                                        "-1K",
                                        "-5x"}) {
    const std::string message = "10: '" + std::string(number) + "' is not a number";
    expect_refusals({{"NPROCS > " + std::string(number),
                      message,
                      "numbers are like 42, -1, 0.5 or 4MiB; strings need quotes"}});
  }
}

TEST(FilterErrors, TellNumbersThatDoNotFit) {
  for (const std::string_view number : {"18446744073709551616",
                                        "-9223372036854775809",
                                        "16EiB",
                                        "1Z",
                                        "1Y",
                                        "18014398509481984K",
                                        "99999999999999999999K"}) {
    const std::string message = "10: '" + std::string(number) + "' is out of range";
    const std::string text = "NPROCS > " + std::string(number);
    expect_refusals({{text, message, "integers have 64 bits"}});
  }
}

TEST(FilterErrors, DemandParenthesesWhereTwoMeaningsArePossible) {
  expect_refusals({
      {"1 < NPROCS < 5",
       "12: found '<', expected &&, || or the end",
       "a comparison has two sides: connect two of them with &&"},
      {"TYPE =~ 'a' == true",
       "13: found '==', expected &&, || or the end",
       "a comparison has two sides: connect two of them with &&"},
      {"!NPROCS == 5",
       "9: found '==', expected &&, || or the end",
       "what is compared after '!' or 'not' needs parentheses"},
      {"not TYPE =~ 'a'",
       "10: found '=~', expected &&, || or the end",
       "what is compared after '!' or 'not' needs parentheses"},
  });
}

TEST(FilterErrors, DemandALiteralAsRegularExpression) {
  expect_refusals({
      {"TYPE =~ NPROCS", "9: found 'NPROCS', expected a regular expression in quotes", ""},
      {"TYPE !~ 5", "9: found '5', expected a regular expression in quotes", ""},
      {"TYPE =~", "8: found the end, expected a regular expression in quotes", ""},
      {"TYPE =~ ('a')", "9: found '(', expected a regular expression in quotes", ""},
  });
}

TEST(FilterErrors, TellWhatIsWrongWithARegularExpression) {
  EXPECT_THAT(parse("TYPE =~ '('"),
              IsUsageError(StartsWith(
                  "the filter at position 9: '(' is not a regular expression: Unmatched")));
  EXPECT_THAT(parse("TYPE =~ '" + std::string(1001, 'a') + "'"),
              IsUsageError("the filter at position 9: a regular expression of 1001 bytes"));
}

TEST(FilterErrors, QuoteTheBeginningOfWhatIsLong) {
  EXPECT_THAT(
      parse(std::string(41, 'a')),
      IsUsageError("the filter at position 1: '" + std::string(40, 'a') + "'… is not a column"));
  EXPECT_THAT(parse("'" + std::string(38, 'a') + "\xe2\x82\xac"),
              IsUsageError("the filter at position 1: the string ''" + std::string(38, 'a') +
                           "'… does not end"));
}

TEST(FilterErrors, RefuseWhatIsNestedTooDeep) {
  EXPECT_TRUE(parse(repeated("(", 100) + "TYPE" + repeated(")", 100)));
  EXPECT_TRUE(parse(repeated("!", 100) + "TYPE"));
  EXPECT_TRUE(parse(repeated("(!TYPE) && ", 200) + "TYPE"));
  for (const auto& text : {repeated("(", 101) + "TYPE" + repeated(")", 101),
                           repeated("!", 101) + "TYPE",
                           repeated("!(", 51) + "TYPE",
                           repeated("(", 10000)}) {
    const auto filter = parse(text);
    EXPECT_THAT(filter, IsUsageError("the filter at position 101: more than 100 levels"));
    EXPECT_EQ(filter.error().hint, "each '(' and each '!' is a level");
  }
}

TEST(FilterErrors, RefuseWhatIsTooLong) {
  EXPECT_TRUE(parse(repeated("NPROCS &&", 1110) + " NPROCS   "));
  EXPECT_TRUE(parse(repeated("1||", 3333) + "1"));
  EXPECT_TRUE(parse(std::string(10000, ' ')));
  const auto filter = parse(std::string(10001, ' '));
  EXPECT_THAT(filter, IsUsageError("a filter of 10001 bytes"));
  EXPECT_EQ(filter.error().hint, "it may have 10000");
}

}  // namespace
}  // namespace nsplay::render
