#include "nsplay/render/list_columns.h"

#include <gmock/gmock.h>

#include "render/lists.h"

namespace nsplay::render {
namespace {

using test::bare_net_namespace;
using test::listed_pid_namespace;
using testing::ElementsAre;

constexpr CellValue unknown;

CellValue signed_number(std::int64_t number) {
  return number;
}

CellValue unsigned_number(std::uint64_t number) {
  return number;
}

CellValue value_in(const char* name, const ops::ListedNamespace& listed) {
  return list_column_named(name)->value(listed);
}

std::vector<std::string_view> names_of(const ListColumns& columns) {
  std::vector<std::string_view> names;
  for (const ListColumn& column : columns) {
    names.push_back(column.name);
  }
  return names;
}

TEST(ListColumns, HaveNamesInCapitalsAndHelpOfOneLine) {
  for (const ListColumn& column : list_columns()) {
    EXPECT_THAT(std::string(column.name), testing::MatchesRegex("[A-Z-]+"));
    EXPECT_THAT(std::string(column.help), testing::MatchesRegex("[^\n]{8,60}"));
    EXPECT_EQ(list_column_named(column.name)->help, column.help);
  }
}

TEST(ListColumns, AreFoundInLettersOfEitherCase) {
  EXPECT_EQ(list_column_named("nprocs")->name, "NPROCS");
  EXPECT_EQ(list_column_named("Owner-Uid")->name, "OWNER-UID");
}

TEST(ListColumns, ThatDoNotExistAreAUsageErrorWithTheOneThatWasMeant) {
  const auto close = list_column_named("nproc");
  ASSERT_FALSE(close);
  EXPECT_EQ(close.error().trouble, Trouble::usage);
  EXPECT_EQ(close.error().message(), "unknown column 'nproc'");
  EXPECT_EQ(close.error().hint, "did you mean 'NPROCS'?");
  for (const char* name : {"", "XYZZY", "NS "}) {
    ASSERT_FALSE(list_column_named(name)) << name;
  }
  EXPECT_THAT(list_column_named("XYZZY").error().hint, testing::HasSubstr("--list-columns"));
  EXPECT_EQ(list_column_named("\x1b[2J").error().message(), "unknown column '\\x1b[2J'");
}

TEST(ListColumns, ShowWhatIsKnown) {
  const ops::ListedNamespace listed = listed_pid_namespace();
  EXPECT_EQ(value_in("NS", listed), unsigned_number(4026532200));
  EXPECT_EQ(value_in("TYPE", listed), CellValue("pid"));
  EXPECT_EQ(value_in("PATH", listed), CellValue("/proc/4711/ns/pid"));
  EXPECT_EQ(value_in("NPROCS", listed), unsigned_number(3));
  EXPECT_EQ(value_in("PID", listed), signed_number(4711));
  EXPECT_EQ(value_in("PPID", listed), signed_number(1));
  EXPECT_EQ(value_in("COMMAND", listed), CellValue("sleep 200"));
  EXPECT_EQ(value_in("UID", listed), unsigned_number(1000));
  EXPECT_EQ(value_in("USER", listed), CellValue("ann"));
  EXPECT_EQ(value_in("NETNSID", listed), signed_number(6));
  EXPECT_EQ(value_in("NSFS", listed), CellValue("/run/ns/pid,/tmp/a b"));
  EXPECT_EQ(value_in("PNS", listed), unsigned_number(4026531836));
  EXPECT_EQ(value_in("ONS", listed), unsigned_number(4026532201));
  EXPECT_EQ(value_in("ID", listed), unsigned_number(18610));
  EXPECT_EQ(value_in("THREADS", listed), unsigned_number(2));
  EXPECT_EQ(value_in("PENDING", listed), unsigned_number(1));
  EXPECT_EQ(value_in("MOUNTS", listed),
            CellValue("/run/ns/pid,/tmp/a b,/run/pid in mnt:[4026532202]"));
  EXPECT_EQ(value_in("FDS", listed), unsigned_number(4));
  EXPECT_EQ(value_in("SOCKETS", listed), unsigned_number(5));
  EXPECT_EQ(value_in("NAME", listed), CellValue("play:web"));
  EXPECT_EQ(value_in("CREATOR", listed), CellValue("ann"));
  EXPECT_EQ(value_in("OWNER-UID", listed), unsigned_number(1000));
}

TEST(ListColumns, AreEmptyForWhatIsNotKnownButNumbersOfWhatIsThere) {
  const ops::ListedNamespace listed = bare_net_namespace();
  for (const ListColumn& column : list_columns()) {
    const bool is_always_known = column.name == "NS" || column.name == "TYPE" ||
                                 column.name == "NPROCS" || column.name == "THREADS" ||
                                 column.name == "PENDING";
    EXPECT_EQ(column.value(listed) == unknown, !is_always_known) << column.name;
  }
  EXPECT_EQ(value_in("THREADS", listed), unsigned_number(0));
}

TEST(ListColumns, HaveValuesOfTheirType) {
  for (const ListColumn& column : list_columns()) {
    const bool is_text = std::holds_alternative<std::string>(column.value(listed_pid_namespace()));
    EXPECT_EQ(is_text, column.type == CellType::text) << column.name;
  }
}

TEST(ListColumns, ShowTheUidOfAUserWithoutName) {
  ops::ListedNamespace listed = listed_pid_namespace();
  listed.process->user.reset();
  EXPECT_EQ(value_in("USER", listed), CellValue("1000"));
  listed.process->uid.reset();
  EXPECT_EQ(value_in("USER", listed), unknown);
}

TEST(ListColumns, ShowThatANetNamespaceHasNoNumber) {
  ops::ListedNamespace listed = bare_net_namespace();
  listed.network_id = ops::NetworkId{};
  EXPECT_EQ(value_in("NETNSID", listed), CellValue("unassigned"));
  listed.network_id->number = 0;
  EXPECT_EQ(value_in("NETNSID", listed), signed_number(0));
}

TEST(ListColumns, HaveNoPathWhereOnlyAThreadIsInTheNamespace) {
  ops::ListedNamespace listed = listed_pid_namespace();
  listed.processes = 0;
  EXPECT_EQ(value_in("PATH", listed), unknown);
  EXPECT_EQ(value_in("PID", listed), signed_number(4711));
}

TEST(ListColumns, AreThoseOfLsnsWhenNobodyChooses) {
  EXPECT_THAT(names_of(default_columns(ns::KindSet::all())),
              ElementsAre("NS", "TYPE", "NPROCS", "PID", "USER", "NAME", "COMMAND"));
  EXPECT_THAT(
      names_of(default_columns({ns::Kind::net})),
      ElementsAre("NS", "TYPE", "NPROCS", "PID", "USER", "NETNSID", "NSFS", "NAME", "COMMAND"));
  EXPECT_THAT(names_of(default_columns({ns::Kind::net, ns::Kind::uts})),
              ElementsAre("NS", "TYPE", "NPROCS", "PID", "USER", "NAME", "COMMAND"));
}

TEST(ListColumns, OfProcessesTellTheNamespaceWhereThereAreSeveral) {
  EXPECT_THAT(names_of(default_process_columns(1)), ElementsAre("PID", "PPID", "USER", "COMMAND"));
  EXPECT_THAT(names_of(default_process_columns(2)),
              ElementsAre("NS", "PID", "PPID", "USER", "COMMAND"));
}

TEST(ListColumns, OfProcessesDependOnNothingButTheNamespaceAndTheProcess) {
  ops::ListedNamespace listed = listed_pid_namespace();
  listed.owner.reset();
  listed.parent.reset();
  listed.owner_uid.reset();
  listed.mounts.clear();
  listed.threads = 0;
  listed.pending = 0;
  const ListColumns columns = columns_of_processes();
  EXPECT_THAT(
      names_of(columns),
      ElementsAre("NS", "TYPE", "PATH", "NPROCS", "PID", "PPID", "COMMAND", "UID", "USER", "ID"));
  for (const ListColumn& column : columns) {
    EXPECT_EQ(column.value(listed), column.value(listed_pid_namespace())) << column.name;
  }
}

TEST(ListColumns, SayWhatHasToBeLookedUpForThem) {
  for (const ListColumn& column : list_columns()) {
    SCOPED_TRACE(column.name);
    const ops::ListDetails details = details_for({column});
    ops::ListedNamespace listed = listed_pid_namespace();
    const CellValue all = column.value(listed);
    listed.process.reset();
    EXPECT_EQ(details.process, column.value(listed) != all);
    listed = listed_pid_namespace();
    listed.owner.reset();
    listed.parent.reset();
    listed.owner_uid.reset();
    EXPECT_EQ(details.relations, column.value(listed) != all);
    listed = listed_pid_namespace();
    listed.network_id.reset();
    EXPECT_EQ(details.network_ids, column.value(listed) != all);
  }
}

}  // namespace
}  // namespace nsplay::render
