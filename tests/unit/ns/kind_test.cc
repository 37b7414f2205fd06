#include "nsplay/ns/kind.h"

#include <set>

#include <gmock/gmock.h>

namespace nsplay::ns {
namespace {

using testing::ElementsAre;
using testing::Optional;

struct Expected {
  const char* name;
  const char* option;
  std::uint64_t clone_flag;
  unsigned pidfd_request;
  Kind kind;
  char letter;
};

// The numbers of linux/sched.h and linux/pidfd.h, written down once more.
constexpr Expected expected[] = {
    {"cgroup", "cgroup", 0x02000000, 0xff01, Kind::cgroup, 'C'},
    {"ipc", "ipc", 0x08000000, 0xff02, Kind::ipc, 'i'},
    {"mnt", "mount", 0x00020000, 0xff03, Kind::mnt, 'm'},
    {"net", "net", 0x40000000, 0xff04, Kind::net, 'n'},
    {"pid", "pid", 0x20000000, 0xff05, Kind::pid, 'p'},
    {"time", "time", 0x00000080, 0xff07, Kind::time, 'T'},
    {"user", "user", 0x10000000, 0xff09, Kind::user, 'U'},
    {"uts", "uts", 0x04000000, 0xff0a, Kind::uts, 'u'},
};

TEST(Kinds, HaveTheNamesAndNumbersOfTheKernel) {
  ASSERT_EQ(std::size(expected), kind_count);
  for (const Expected& row : expected) {
    SCOPED_TRACE(row.name);
    const KindInfo& info = info_of(row.kind);
    EXPECT_EQ(info.name, row.name);
    EXPECT_EQ(info.option, row.option);
    EXPECT_EQ(info.letter, row.letter);
    EXPECT_EQ(info.clone_flag, row.clone_flag);
    EXPECT_EQ(info.pidfd_request, row.pidfd_request);
  }
}

TEST(Kinds, AreListedInTheOrderOfTheirNames) {
  std::vector<std::string_view> names;
  for (const KindInfo& info : all_kinds()) {
    names.push_back(info.name);
  }
  EXPECT_THAT(names, ElementsAre("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"));
}

TEST(Kinds, HaveARowForEachThatAgreesWithItself) {
  for (const KindInfo& info : all_kinds()) {
    SCOPED_TRACE(info.name);
    EXPECT_EQ(&info_of(info.kind), &info);
    EXPECT_EQ(name_of(info.kind), info.name);
    EXPECT_EQ(info.proc_path, "ns/" + std::string(info.name));
    EXPECT_EQ(info.limit, "max_" + std::string(info.name) + "_namespaces");
    EXPECT_THAT(info.first_kernel, testing::MatchesRegex("Linux [0-9.]+"));
    EXPECT_THAT(info.kernel_option, testing::StartsWith("CONFIG_"));
    EXPECT_THAT(kind_from_clone_flag(info.clone_flag), Optional(info.kind));
  }
}

template <typename Member>
std::size_t distinct(Member member) {
  std::set<std::decay_t<decltype(all_kinds()[0].*member)>> values;
  for (const KindInfo& info : all_kinds()) {
    values.insert(info.*member);
  }
  return values.size();
}

TEST(Kinds, DifferInEverythingThatTellsThemApart) {
  EXPECT_EQ(distinct(&KindInfo::name), kind_count);
  EXPECT_EQ(distinct(&KindInfo::option), kind_count);
  EXPECT_EQ(distinct(&KindInfo::letter), kind_count);
  EXPECT_EQ(distinct(&KindInfo::clone_flag), kind_count);
  EXPECT_EQ(distinct(&KindInfo::pidfd_request), kind_count);
}

TEST(Kinds, AreNotFoundByOtherFlags) {
  for (const std::uint64_t flag : {0ULL, 1ULL, 0x0c000000ULL, 0x00000100ULL, ~0ULL}) {
    SCOPED_TRACE(flag);
    EXPECT_EQ(kind_from_clone_flag(flag), std::nullopt);
  }
}

TEST(KindSet, IsEmptyAtFirst) {
  constexpr KindSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.clone_flags(), 0U);
  EXPECT_EQ(set.to_string(), "");
  for (const KindInfo& info : all_kinds()) {
    EXPECT_FALSE(set.contains(info.kind));
  }
}

TEST(KindSet, ContainsWhatWasInsertedUntilItIsErased) {
  for (const KindInfo& info : all_kinds()) {
    SCOPED_TRACE(info.name);
    KindSet set;
    set.insert(info.kind);
    set.insert(info.kind);
    EXPECT_TRUE(set.contains(info.kind));
    EXPECT_EQ(set, KindSet{info.kind});
    EXPECT_EQ(set.clone_flags(), info.clone_flag);
    EXPECT_EQ(set.to_string(), info.name);
    set.erase(info.kind);
    set.erase(info.kind);
    EXPECT_TRUE(set.empty());
  }
}

TEST(KindSet, LeavesTheOthersAlone) {
  KindSet set = {Kind::net, Kind::uts, Kind::user};
  set.erase(Kind::user);
  set.insert(Kind::cgroup);
  EXPECT_EQ(set, (KindSet{Kind::cgroup, Kind::net, Kind::uts}));
  EXPECT_NE(set, (KindSet{Kind::net, Kind::uts}));
}

TEST(KindSet, IsNamedInTheOrderOfTheKinds) {
  EXPECT_EQ((KindSet{Kind::uts, Kind::net}).to_string(), "net, uts");
  EXPECT_EQ(KindSet::all().to_string(), "cgroup, ipc, mnt, net, pid, time, user, uts");
}

TEST(KindSet, OfAllContainsEveryKind) {
  std::uint64_t flags = 0;
  KindSet set;
  for (const Expected& row : expected) {
    EXPECT_TRUE(KindSet::all().contains(row.kind));
    flags |= row.clone_flag;
    set.insert(row.kind);
  }
  EXPECT_EQ(KindSet::all(), set);
  EXPECT_EQ(KindSet::all().clone_flags(), flags);
}

}  // namespace
}  // namespace nsplay::ns
