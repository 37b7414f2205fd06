// Finding a namespace by its number: what is said where there is none.

#include "nsplay/ns/search.h"

#include <unistd.h>

#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ns/handle.h"
#include "nsplay/ns/relations.h"
#include "nsplay/sys/credentials.h"

#include "kernel/front.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class NamespaceSearch : public LeakCheck {};

/// The last one that the kernel would give out.
constexpr std::uint64_t unused_inode = 0xffffffff;

std::string hint_for_inode(std::uint64_t inode) {
  const auto found = ns::find_namespace({{}, inode, 0});
  EXPECT_FALSE(found);
  if (found) {
    return {};
  }
  EXPECT_EQ(found.error().trouble, Trouble::absent);
  return found.error().hint;
}

void expect_out_of_range(std::uint64_t inode) {
  EXPECT_THAT(hint_for_inode(inode), testing::StartsWith("inodes of namespaces are from 402653"))
      << inode;
}

/// However many processes are hidden.
TEST_F(NamespaceSearch, OfANumberThatNoNamespaceCanHaveSaysSo) {
  expect_out_of_range(0);
  expect_out_of_range(4095);
  expect_out_of_range(unused_inode + 1);
}

TEST_F(NamespaceSearch, OfAnOrdinaryUserTellsWhatHeCouldNotLookAtByRoot) {
  REQUIRE_ROOT();
  EXPECT_TRUE(passed(in_child([] {
    become_ordinary_user();
    EXPECT_THAT(hint_for_inode(unused_inode), HasSubstr(" could not be looked at; run as root"));
    expect_out_of_range(4095);
  })));
}

/// What is hidden from him too a security module hides, from everybody.
TEST_F(NamespaceSearch, OfWhoeverMayLookAtAllRecommendsNothingByRoot) {
  REQUIRE_ROOT();
  const auto user = ns::open_namespace_file(ns::own_namespace_path(ns::Kind::user));
  ASSERT_TRUE(user);
  if (!ns::is_initial(*user) || !sys::has_capability(sys::Capability::sys_ptrace)) {
    GTEST_SKIP() << "somebody else has more privilege than root has here";
  }
  EXPECT_THAT(hint_for_inode(unused_inode),
              testing::StartsWith("no process, descriptor, socket or mount "));
  EXPECT_THAT(hint_for_inode(unused_inode), Not(HasSubstr("CAP_SYS_PTRACE")));
}

}  // namespace
}  // namespace nsplay::test
