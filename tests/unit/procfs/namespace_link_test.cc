#include "nsplay/procfs/namespace_link.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::procfs {
namespace {

using namespace std::string_view_literals;
using test::Fails;
using test::Yields;
using testing::AllOf;
using testing::Field;
using testing::StartsWith;

auto is_link(const std::string& kind, std::uint64_t inode) {
  return AllOf(Field(&NamespaceLink::kind, kind), Field(&NamespaceLink::inode, inode));
}

TEST(NamespaceLink, HasKindAndInode) {
  EXPECT_THAT(parse_namespace_link("uts:[4026531838]"), Yields(is_link("uts", 4026531838)));
  EXPECT_THAT(parse_namespace_link("cgroup:[4026531835]"), Yields(is_link("cgroup", 4026531835)));
}

TEST(NamespaceLink, MayHaveTheLargestInode) {
  EXPECT_THAT(parse_namespace_link("net:[18446744073709551615]"),
              Yields(is_link("net", 18446744073709551615U)));
}

TEST(NamespaceLink, IsRefusedWhenItIsSomethingElse) {
  for (const auto text : {""sv,          ":[]"sv,
                          ":[1]"sv,      "uts"sv,
                          "uts:"sv,      "uts:["sv,
                          "uts:[]"sv,    "uts:[1"sv,
                          "uts:1]"sv,    "uts:[12"sv,
                          "uts:[1)"sv,   "uts[1]"sv,
                          "uts:[1]]"sv,  "uts:[[1]"sv,
                          "uts:[1] "sv,  "uts:[1]\n"sv,
                          "uts:[ 1]"sv,  "uts:[-1]"sv,
                          "uts:[+1]"sv,  "uts:[0x1]"sv,
                          "uts:[1\0]"sv, "uts:[18446744073709551616]"sv,
                          "/dev/null"sv, "socket:[x]"sv}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_namespace_link(text), Fails(StartsWith("not a namespace link: '")));
  }
}

TEST(NamespaceLink, IsQuotedHarmlessly) {
  EXPECT_THAT(parse_namespace_link("\x1b[2J"), Fails("not a namespace link: '\\x1b[2J'"));
}

}  // namespace
}  // namespace nsplay::procfs
