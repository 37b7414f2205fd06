// ops::TimeVisit: into another time namespace and back.

#include "nsplay/ops/time_visit.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "nsplay/sys/child.h"
#include "nsplay/sys/files.h"

#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;

class TimeVisit : public LeakCheck {};

TEST_F(TimeVisit, GoesThereAndBackByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::time});
  const auto file = sys::open_file(target.namespace_file(Kind::time), O_RDONLY);
  ASSERT_TRUE(file) << file.error().message();
  const auto before = namespace_inode(::getpid(), Kind::time);
  {
    const auto visit = ops::TimeVisit::begin(*file);
    ASSERT_TRUE(visit) << visit.error().message();
    EXPECT_EQ(namespace_inode(::getpid(), Kind::time), namespace_inode(target.pid(), Kind::time));
  }
  EXPECT_EQ(namespace_inode(::getpid(), Kind::time), before);
}

TEST_F(TimeVisit, IsRefusedWhereAnotherIsInTheMemory) {
  const sys::BodyInSameMemory body = [](sys::UnbornSibling& /*sibling*/) -> int {
    for (;;) {
      ::pause();
    }
  };
  const auto child = sys::start_child_in_same_memory(body);
  ASSERT_TRUE(child) << child.error().message();
  const auto own = sys::open_file("/proc/self/ns/time", O_RDONLY);
  ASSERT_TRUE(own) << own.error().message();
  const auto visit = ops::TimeVisit::begin(*own);
  ASSERT_FALSE(visit);
  EXPECT_EQ(visit.error().errnum, EUSERS);
}

}  // namespace
}  // namespace nsplay::test
