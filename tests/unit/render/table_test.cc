#include "nsplay/render/table.h"

#include <gtest/gtest.h>

namespace nsplay::render {
namespace {

TEST(Table, MakesColumnsAsWideAsTheirWidestCell) {
  EXPECT_EQ(table({{"KIND", "INODE", "X"}, {"uts", "4026531838", "y"}, {"cgroup", "5", "z"}}),
            "KIND    INODE       X\n"
            "uts     4026531838  y\n"
            "cgroup  5           z\n");
}

TEST(Table, EndsNoLineInBlanks) {
  EXPECT_EQ(table({{"a", "wide", ""}, {"b", "", ""}, {"", "", ""}}), "a  wide\nb\n\n");
}

TEST(Table, TakesRowsOfDifferentLengths) {
  EXPECT_EQ(table({{"a"}, {"bb", "c", "d"}, {}, {"e", "ff"}}), "a\nbb  c   d\n\ne   ff\n");
}

TEST(Table, KeepsBlanksInsideACell) {
  EXPECT_EQ(table({{"a  b", "c"}, {"x", "y"}}), "a  b  c\nx     y\n");
}

TEST(Table, CountsCodePointsAndNotBytes) {
  EXPECT_EQ(table({{"grün", "1"}, {"gruen", "2"}, {"日本", "3"}}),
            "grün   1\ngruen  2\n日本     3\n");
}

TEST(Table, PutsNumbersAtTheRight) {
  TableForm form;
  form.columns = {{}, {Align::right, Cut::no}};
  EXPECT_EQ(table({{"a", "N"}, {"b", "grün", "x"}}, form), "a     N\nb  grün  x\n");
}

TEST(Table, CutsWhatMayBeCut) {
  TableForm form;
  form.columns = {{Align::left, Cut::yes}};
  form.width = 15;
  EXPECT_EQ(table({{"0123456789", "abc"}, {"a", "b"}}, form), "0123456789  abc\na           b\n");
  form.width = 14;
  EXPECT_EQ(table({{"0123456789", "abc"}, {"a", "b"}}, form), "01234567…  abc\na          b\n");
  form.width = 0;
  EXPECT_EQ(table({{"0123456789", "abc"}, {"a", "b"}}, form), "0123456…  abc\na         b\n");
}

TEST(Table, CutsWithTheEllipsisThatIsWanted) {
  TableForm form;
  form.columns = {{Align::left, Cut::yes}};
  form.width = 9;
  form.ellipsis = "...";
  EXPECT_EQ(table({{"grün 6789a"}, {"123456789"}}, form), "grün 6...\n123456789\n");
}

TEST(CutTo, LeavesWhatThereIsRoomFor) {
  EXPECT_EQ(cut_to("grün", 4, "..."), "grün");
  EXPECT_EQ(cut_to("grüner", 5, "..."), "gr...");
  EXPECT_EQ(cut_to("grüner", 5, "…"), "grün…");
  EXPECT_EQ(cut_to("grüner", 0, "…"), "…");
}

TEST(Table, IsEmptyWithoutRows) {
  EXPECT_EQ(table({}), "");
}

}  // namespace
}  // namespace nsplay::render
