#include "nsplay/render/filter.h"

#include <limits>
#include <map>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::render {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string_view>& names() {
  static const std::vector<std::string_view> all = {
      "NPROCS", "TYPE", "OWNER-UID", "NSFS", "UID", "COMMAND", "PPID", "OFFSET", "MAJ:MIN"};
  return all;
}

/// A row of these columns.
CellValue cell(std::size_t column) {
  const std::map<std::size_t, CellValue> row = {
      {0, std::uint64_t{5}},
      {1, std::string("net")},
      {2, std::numeric_limits<std::uint64_t>::max()},
      {4, std::int64_t{0}},
      {5, std::string("nginx: worker 'a' \\d")},
      {7, std::int64_t{-3}},
      {8, std::string()},
  };
  const auto value = row.find(column);
  return value == row.end() ? CellValue() : value->second;
}

bool accepts(std::string_view text) {
  const auto filter = Filter::parse(text, names());
  EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().message());
  return filter && filter->accepts(cell);
}

void expect_all(const std::vector<std::string_view>& texts, bool accepted) {
  for (const auto text : texts) {
    SCOPED_TRACE(text);
    EXPECT_EQ(accepts(text), accepted);
  }
}

TEST(Filter, AcceptsEverythingWhenItSaysNothing) {
  expect_all({"", " ", "\t\n"}, true);
}

TEST(Filter, TakesAColumnAloneAsWhetherItIsSetAndNotZero) {
  expect_all({"NPROCS", "TYPE", "OWNER-UID", "OFFSET"}, true);
  expect_all({"NSFS", "UID", "PPID", "MAJ:MIN"}, false);
}

TEST(Filter, TakesALiteralAlone) {
  expect_all({"1", "-1", "0.5", "-0.5", "'x'", "'0'", "true", "TRUE"}, true);
  expect_all({"0", "-0", "0.0", "''", "\"\"", "false", "FALSE"}, false);
}

TEST(Filter, ComparesNumbers) {
  expect_all(
      {"NPROCS == 5", "NPROCS != 4", "NPROCS < 6", "NPROCS <= 5", "NPROCS > 4", "NPROCS >= 5"},
      true);
  expect_all(
      {"NPROCS == 4", "NPROCS != 5", "NPROCS < 5", "NPROCS <= 4", "NPROCS > 5", "NPROCS >= 6"},
      false);
  expect_all({"NPROCS < 10", "10 > NPROCS", "NPROCS > 4.5", "NPROCS == 5.0", "005 == NPROCS"},
             true);
}

TEST(Filter, ComparesStrings) {
  expect_all({"TYPE == 'net'",
              "TYPE != 'Net'",
              "TYPE < 'pid'",
              "TYPE <= 'net'",
              "TYPE > 'mnt'",
              "TYPE >= 'net'"},
             true);
  expect_all({"TYPE == 'Net'",
              "TYPE != 'net'",
              "TYPE < 'net'",
              "TYPE <= 'mnt'",
              "TYPE > 'net'",
              "TYPE >= 'pid'"},
             false);
  expect_all({"TYPE == ' net'", "TYPE > '\xc3\xa4'", "MAJ:MIN != ''"}, false);
}

TEST(Filter, HasOperatorsThatAreWords) {
  expect_all({"NPROCS eq 5",
              "NPROCS ne 4",
              "NPROCS lt 6",
              "NPROCS le 5",
              "NPROCS gt 4",
              "NPROCS ge 5",
              "NPROCS EQ 5 AND NOT UID",
              "UID or NPROCS",
              "not UID",
              "Not UID"},
             true);
  expect_all({"NPROCS ne 5", "NPROCS and UID", "NOT NPROCS", "UID OR PPID"}, false);
}

TEST(Filter, MatchesRegularExpressions) {
  expect_all({"COMMAND =~ '^nginx'",
              "COMMAND =~ 'worker|master'",
              "COMMAND !~ '^worker'",
              "TYPE =~ '^(net|mnt)$'",
              "NPROCS =~ '^[0-9]+$'",
              "'abc' =~ 'b'",
              "OFFSET =~ '^-3$'",
              "(NPROCS > 1) =~ 'true'",
              "COMMAND =~ '\\\\d$'"},
             true);
  expect_all({"COMMAND =~ '^worker'", "COMMAND !~ 'nginx'", "TYPE =~ 'NET'", "0.5 =~ '^0,5'"},
             false);
}

TEST(Filter, MatchesWhatHasNoValueAsAnEmptyText) {
  expect_all({"NSFS =~ '^$'", "NSFS !~ 'x'"}, true);
  expect_all({"NSFS =~ 'x'", "NSFS !~ '^$'"}, false);
}

TEST(Filter, BindsNotOverAndOverOr) {
  expect_all({"true || true && false",
              "false && false || true",
              "true or false and false",
              "!false || true",
              "!false && true",
              "NPROCS == 5 || UID == 1 && UID == 2"},
             true);
  expect_all({"(true || true) && false",
              "false && (false || true)",
              "!(false || true)",
              "!true || false",
              "!true && false"},
             false);
  expect_all({"!!true", "! ! NPROCS", "!(NPROCS == 4)", "((NPROCS)) == ((5))"}, true);
}

TEST(Filter, ComparesConditionsInParentheses) {
  expect_all({"(NPROCS == 5) == (TYPE == 'net')",
              "(UID > 1) == false",
              "(!UID) == true",
              "NPROCS == true",
              "UID == false",
              "true == !UID",
              "NPROCS == (UID == 0)",
              "'true' == true",
              "(UID == 0) == 'TRUE'",
              "(UID == 0) > (UID == 1)"},
             true);
  expect_all({"(NPROCS == 5) == (TYPE == 'mnt')", "TYPE == true", "NSFS == false", "NSFS != false"},
             false);
}

TEST(Filter, TakesBlanksOrNone) {
  expect_all({"NPROCS==5&&TYPE=='net'",
              " \t( NPROCS\n== 5 ) ",
              "!UID",
              "NPROCS>4",
              "NPROCS>-1",
              "(NPROCS)and(TYPE)"},
             true);
}

TEST(Filter, FindsColumnsInAnyCase) {
  expect_all({"nprocs == 5", "Nprocs == 5", "owner-uid > 1", "Owner-UID > 1", "maj:min == ''"},
             true);
}

TEST(Filter, HasStringsInEitherQuotesAndNoEscapes) {
  expect_all({R"(COMMAND == "nginx: worker 'a' \d")",
              R"("\" == '\')",
              R"('"' != '\"')",
              R"("&& || ( !" == '&& || ( !')",
              "'eq' eq 'eq'",
              "'a\nb' == \"a\nb\""},
             true);
}

TEST(Filter, HasNumbersOf64Bits) {
  expect_all({"OWNER-UID == 18446744073709551615",
              "OWNER-UID > 18446744073709551614",
              "OWNER-UID != -1",
              "OWNER-UID > -1",
              "-9223372036854775808 < OFFSET",
              "OWNER-UID == 18446744073709551615.0",
              "OWNER-UID > 18446744073709551614.5",
              "9223372036854775807 < 9223372036854775808",
              "15EiB < OWNER-UID"},
             true);
  expect_all({"OWNER-UID == -1", "OWNER-UID < -1", "OWNER-UID == 18446744073709551614.0"}, false);
}

TEST(Filter, HasNegativeNumbersAndFractions) {
  expect_all({"OFFSET == -3",
              "OFFSET < 0",
              "OFFSET > -4",
              "OFFSET < -2.5",
              "-3.0 == OFFSET",
              "OFFSET >= -3",
              "UID > -0.1",
              "OFFSET < NPROCS",
              "OFFSET < OWNER-UID",
              "UID == -0"},
             true);
  expect_all({"OFFSET == 3", "OFFSET > OWNER-UID", "OFFSET == 18446744073709551613"}, false);
}

TEST(Filter, HasMultiplesOf1024) {
  expect_all({"1K == 1024",
              "1KiB == 1K",
              "4MiB == 4194304",
              "1G == 1073741824",
              "1T == 1099511627776",
              "1PiB == 1125899906842624",
              "1E == 1152921504606846976",
              "0Z == 0YiB",
              "NPROCS < 1K"},
             true);
}

TEST(Filter, TakesAColumnAsWhatItIsComparedWith) {
  expect_all({"NPROCS == '5'", "NPROCS > '10'", "'5' == NPROCS", "'10' < NPROCS"}, true);
  expect_all({"NPROCS == '05'", "NPROCS < '10'"}, false);
}

TEST(Filter, TakesTheRightSideAsTheLeftIs) {
  expect_all({"7 == '7'", "10 > '9'", "0 > '-1'", "1 < '1.5'", "1.0 == '1'", "'10' < 9"}, true);
  expect_all({"'7' == 7.5", "10 < '9'"}, false);
}

TEST(Filter, FindsWhatIsNoNumberUnequalToEveryNumber) {
  expect_all({"TYPE != 0",
              "TYPE != 1.5",
              "5 != '5x'",
              "1 != '1.'",
              "0.5 != '.5'",
              "1 != 'inf'",
              "1.5 != '1.5.2'",
              "0 != ''",
              "1 != '99999999999999999999'",
              "7 != ' 7'"},
             true);
  expect_all({"TYPE == 0", "TYPE < 0", "TYPE >= 0", "1.0 < 'inf'", "1.0 >= 'nan'", "1 < '1e3'"},
             false);
}

TEST(Filter, FindsNoNumberWhereThereIsNoValue) {
  expect_all({"NSFS == 0",
              "NSFS != 0",
              "NSFS < 1",
              "NSFS >= -1",
              "0 == NSFS",
              "0.5 != NSFS",
              "NSFS == NPROCS",
              "NPROCS != NSFS"},
             false);
}

TEST(Filter, SortsWhatHasNoValueBeforeEveryText) {
  expect_all({"NSFS != 'x'",
              "NSFS != ''",
              "NSFS < ''",
              "NSFS <= 'x'",
              "'x' != NSFS",
              "'' > NSFS",
              "NSFS != TYPE",
              "NSFS < TYPE",
              "TYPE > NSFS"},
             true);
  expect_all({"NSFS == ''", "NSFS > ''", "NSFS == TYPE"}, false);
}

TEST(Filter, FindsNothingToCompareInTwoColumnsWithoutValue) {
  expect_all({"NSFS == PPID", "NSFS != PPID", "NSFS <= PPID", "NSFS == NSFS"}, false);
}

TEST(Filter, ComparesColumnsByTheLeftOne) {
  expect_all({"NPROCS > UID", "TYPE > NPROCS", "NPROCS != TYPE", "COMMAND > TYPE"}, true);
  expect_all({"NPROCS < TYPE", "NPROCS == UID"}, false);
}

TEST(Filter, TellsTheColumnsThatItUses) {
  const auto filter = Filter::parse("uid == 1 || (TYPE == 'a' && UID < 3) || !NSFS", names());
  ASSERT_TRUE(filter);
  EXPECT_THAT(filter->used_columns(), ElementsAre(4, 1, 3));
  EXPECT_THAT(Filter::parse("", names())->used_columns(), IsEmpty());
  EXPECT_THAT(Filter::parse("1 == 1", {})->used_columns(), IsEmpty());
}

TEST(Filter, AsksOnlyForWhatDecides) {
  const auto asks_for = [](std::string_view text) {
    std::vector<std::size_t> asked;
    const auto filter = Filter::parse(text, names());
    EXPECT_TRUE(filter && filter->accepts([&](std::size_t column) {
      asked.push_back(column);
      return cell(column);
    }));
    return asked;
  };
  EXPECT_THAT(asks_for("NPROCS == 5 || TYPE == 'net'"), ElementsAre(0));
  EXPECT_THAT(asks_for("!(UID && TYPE == 'net')"), ElementsAre(4));
}

TEST(Filter, StaysWhatItIsWhenItIsMoved) {
  auto filter = Filter::parse("TYPE =~ '^n' && NPROCS > 3", names());
  ASSERT_TRUE(filter);
  const Filter moved = *std::move(filter);
  EXPECT_TRUE(moved.accepts(cell));
  EXPECT_THAT(moved.used_columns(), ElementsAre(1, 0));
}

}  // namespace
}  // namespace nsplay::render
