#include "nsplay/render/list_view.h"

#include <gmock/gmock.h>

#include "render/lists.h"

namespace nsplay::render {
namespace {

using testing::HasSubstr;

ListColumns columns_of(std::initializer_list<const char*> names) {
  ListColumns columns;
  for (const char* name : names) {
    columns.push_back(*list_column_named(name));
  }
  return columns;
}

ListFormat raw() {
  ListFormat format;
  format.form = ListForm::raw;
  return format;
}

ListFormat as_wide_as(std::size_t width) {
  ListFormat format;
  format.width = width;
  return format;
}

ops::ListReport list_of(const std::string& command) {
  ops::ListReport report;
  report.namespaces = {test::listed_pid_namespace()};
  report.namespaces.front().process->command = command;
  return report;
}

ListColumns usual_columns() {
  return default_columns(ns::KindSet::all());
}

TEST(ListText, HasNumbersAtTheRightAndNothingForWhatIsNotKnown) {
  EXPECT_EQ(list_text(test::full_list(), usual_columns(), {}),
            "        NS  TYPE  NPROCS   PID  USER  NAME      COMMAND\n"
            "4026532178  net        0\n"
            "4026532200  pid        3  4711  ann   play:web  sleep 200\n");
}

TEST(ListText, HasNoHeadingWhenNoneIsWanted) {
  ListFormat format;
  format.heading = Heading::no;
  EXPECT_EQ(list_text(test::full_list(), columns_of({"NS", "PNS"}), format),
            "4026532178\n4026532200  4026531836\n");
  EXPECT_EQ(list_text({}, usual_columns(), format), "");
}

TEST(ListText, HasTheHeadingAloneWithoutNamespaces) {
  EXPECT_EQ(list_text({}, usual_columns(), {}), "NS  TYPE  NPROCS  PID  USER  NAME  COMMAND\n");
}

TEST(ListText, JoinsTheFilesOfANamespace) {
  EXPECT_EQ(list_text(test::full_list(), columns_of({"NSFS", "TYPE"}), {}),
            "NSFS                  TYPE\n"
            "                      net\n"
            "/run/ns/pid,/tmp/a b  pid\n");
}

TEST(ListText, IsHarmlessWhateverAProcessCallsItself) {
  ops::ListReport report = list_of("a\x1b[2J\nb \xff\u202e\u202c");
  report.namespaces.front().process->user = "\x9b\x31m";
  report.namespaces.front().mounts = {"/tmp/\x07", "/tmp/\n"};
  const std::string text = list_text(report, columns_of({"COMMAND", "USER", "NSFS"}), {});
  EXPECT_THAT(
      text,
      HasSubstr(
          "a\\x1b[2J\\nb \\xff\\xe2\\x80\\xae\\xe2\\x80\\xac  \\x9b1m  /tmp/\\x07,/tmp/\\n\n"));
}

TEST(ListText, IsCutToTheWidthOfTheTerminal) {
  const auto columns = columns_of({"PID", "COMMAND"});
  EXPECT_EQ(list_text(list_of("sleep 1234567"), columns, as_wide_as(19)),
            " PID  COMMAND\n4711  sleep 1234567\n");
  EXPECT_EQ(list_text(list_of("sleep 1234567"), columns, as_wide_as(18)),
            " PID  COMMAND\n4711  sleep 12345\u2026\n");
}

TEST(ListText, IsCutBetweenCodePoints) {
  EXPECT_EQ(
      list_text(list_of("\u65e5\u672c\u8a9e grün"), columns_of({"PID", "COMMAND"}), as_wide_as(14)),
      " PID  COMMAND\n4711  \u65e5\u672c\u8a9e grün\n");
  EXPECT_EQ(
      list_text(
          list_of("\u65e5\u672c\u8a9e grüner"), columns_of({"PID", "COMMAND"}), as_wide_as(14)),
      " PID  COMMAND\n4711  \u65e5\u672c\u8a9e grü\u2026\n");
}

TEST(ListText, LosesNeitherANumberNorMoreThanItHasTo) {
  // Three columns of text: the last one gives what it can, then the one before.
  const std::string text = list_text(
      list_of("sleep 1234567890"), columns_of({"COMMAND", "PNS", "NSFS", "NS"}), as_wide_as(45));
  EXPECT_EQ(text,
            "COMMAND             PNS  NSFS              NS\n"
            "sleep 1234\u2026  4026531836  /run/ns\u2026  4026532200\n");
}

TEST(ListText, KeepsWhatATerminalIsTooNarrowFor) {
  EXPECT_EQ(list_text(list_of("sleep 1234567890"), columns_of({"NS", "COMMAND"}), as_wide_as(3)),
            "        NS  COMMAND\n4026532200  sleep 1\u2026\n");
}

TEST(RawList, HasOneBlankBetweenCellsThatHaveNone) {
  ops::ListReport report = list_of("a b\t\\\n\xc3\xbc\x1b");
  report.namespaces.insert(report.namespaces.begin(), test::bare_net_namespace());
  EXPECT_EQ(list_text(report, columns_of({"NS", "PID", "USER", "COMMAND"}), raw()),
            "NS PID USER COMMAND\n"
            "4026532178   \n"
            "4026532200 4711 ann a\\x20b\\x09\\x5c\\x0a\\xc3\\xbc\\x1b\n");
}

TEST(RawList, IsNeverCut) {
  ListFormat format = raw();
  format.width = 5;
  EXPECT_EQ(list_text(list_of("sleep-1234567890"), columns_of({"COMMAND"}), format),
            "COMMAND\nsleep-1234567890\n");
}

TEST(ProcessesText, HasALinePerProcess) {
  ops::ProcessesReport report = test::full_processes();
  EXPECT_EQ(processes_text(report, default_process_columns(2), {}),
            "        NS        PID  PPID  USER  COMMAND\n"
            "4026532200       4711     1  ann   sleep 200\n"
            "4026532200  4712/4714  4711  1000  sleep 200\n"
            "4026532178       4713\n");
  report.namespaces.resize(1);
  EXPECT_EQ(processes_text(report, default_process_columns(1), raw()),
            "PID PPID USER COMMAND\n4711 1 ann sleep\\x20200\n4712/4714 4711 1000 sleep\\x20200\n");
}

TEST(ProcessesText, TellsTheNamespaceOfEachInEveryColumn) {
  ops::ProcessesReport report = test::full_processes();
  report.namespaces.resize(1);
  EXPECT_EQ(processes_text(report, columns_of_processes(), raw()),
            "NS TYPE PATH NPROCS PID PPID COMMAND UID USER ID\n"
            "4026532200 pid /proc/4711/ns/pid 1 4711 1 sleep\\x20200 1000 ann 18610\n"
            "4026532200 pid /proc/4712/task/4714/ns/pid 1 4712/4714 4711 sleep\\x20200 1000 1000 "
            "18610\n");
}

TEST(ListColumnsText, HasALinePerColumn) {
  const std::string text = list_columns_text();
  EXPECT_THAT(text, testing::StartsWith("NS         inode number of the namespace\nTYPE "));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), list_columns().size());
}

}  // namespace
}  // namespace nsplay::render
