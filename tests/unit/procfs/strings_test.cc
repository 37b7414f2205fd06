#include "nsplay/procfs/strings.h"

#include <gmock/gmock.h>

namespace nsplay::procfs {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Strings, EndInANulByteEach) {
  EXPECT_THAT(parse_strings("A=1\0B=2\0"sv), ElementsAre("A=1", "B=2"));
}

TEST(Strings, CountALastOneWithoutItsNul) {
  EXPECT_THAT(parse_strings("A=1\0B="sv), ElementsAre("A=1", "B="));
}

TEST(Strings, MayBeEmpty) {
  EXPECT_THAT(parse_strings("\0"sv), ElementsAre(""));
  EXPECT_THAT(parse_strings("a\0\0"sv), ElementsAre("a", ""));
  EXPECT_THAT(parse_strings("\0\0"sv), ElementsAre("", ""));
  EXPECT_THAT(parse_strings("\0a"sv), ElementsAre("", "a"));
}

TEST(Strings, AreNoneInEmptyText) {
  EXPECT_THAT(parse_strings(""), IsEmpty());
}

TEST(Strings, KeepEveryOtherByte) {
  EXPECT_THAT(parse_strings("a b\n\x1b[m\xff\0"sv), ElementsAre("a b\n\x1b[m\xff"));
}

TEST(Environment, KeepsOrderAndEmptyOnesInTheMiddle) {
  EXPECT_THAT(parse_environment("B=2\0\0no-value\0A=\0"sv),
              ElementsAre("B=2", "", "no-value", "A="));
}

TEST(Environment, LosesTheNulsThatAShorterOneLeavesBehind) {
  EXPECT_THAT(parse_environment("A=1\0\0\0\0"sv), ElementsAre("A=1"));
  EXPECT_THAT(parse_environment("\0\0"sv), IsEmpty());
  EXPECT_THAT(parse_environment(""), IsEmpty());
}

TEST(CommandLine, HasABlankBetweenArguments) {
  EXPECT_EQ(parse_command_line("sleep\0"
                               "200\0"sv),
            "sleep 200");
  EXPECT_EQ(parse_command_line("sh\0-c\0echo a b\0"sv), "sh -c echo a b");
}

TEST(CommandLine, KeepsAnEmptyArgumentInTheMiddle) {
  EXPECT_EQ(parse_command_line("a\0\0b\0"sv), "a  b");
}

TEST(CommandLine, LosesTheNulsThatATitleLeavesBehind) {
  EXPECT_EQ(parse_command_line("nginx: worker process\0\0\0\0\0"sv), "nginx: worker process");
}

TEST(CommandLine, IsEmptyForAKernelThread) {
  EXPECT_EQ(parse_command_line(""), "");
  EXPECT_EQ(parse_command_line("\0\0\0"sv), "");
}

TEST(CommandLine, MayLackItsLastNul) {
  EXPECT_EQ(parse_command_line("a\0b"sv), "a b");
}

}  // namespace
}  // namespace nsplay::procfs
