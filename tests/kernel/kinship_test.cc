// What processes come from, as /proc and the kernel say it.

#include "nsplay/target/kinship.h"

#include <unistd.h>

#include <string>

#include <gmock/gmock.h>

#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ProcessKinship : public LeakCheck {};

TEST_F(ProcessKinship, GoesFromParentToParent) {
  const ChildInNamespaces child(KindSet{});
  target::ProcKinship kinship;
  const auto line = target::line_of(kinship, child.pid());
  ASSERT_GE(line.size(), 2U);
  EXPECT_EQ(line[0], child.pid());
  EXPECT_EQ(line[1], ::getpid());
  EXPECT_EQ(kinship.cgroups_of(child.pid()), read_process_file(child.pid(), "cgroup"));
}

TEST_F(ProcessKinship, EndsWithWhatIsGone) {
  ChildInNamespaces child(KindSet{});
  const pid_t pid = child.pid();
  child.end();
  target::ProcKinship kinship;
  EXPECT_THAT(target::line_of(kinship, pid), ElementsAre(pid));
  EXPECT_THAT(target::line_of(kinship, 0), IsEmpty());
  EXPECT_THAT(kinship.cgroups_of(pid), IsEmpty());
  EXPECT_EQ(kinship.init_for(pid), 0);
}

TEST_F(ProcessKinship, KnowsTheInitOfAnotherPidNamespace) {
  REQUIRE_KERNEL_FEATURE(pid_from_namespace);
  const ChildInNamespaces init(with_children(with_privilege_for({Kind::pid}), 1));
  const auto children = children_of(init.pid());
  ASSERT_THAT(children, SizeIs(1));
  target::ProcKinship kinship;
  EXPECT_EQ(kinship.init_for(children.front()), init.pid());
  EXPECT_EQ(kinship.init_for(init.pid()), init.pid());
}

TEST_F(ProcessKinship, KnowsNoInitOfItsOwnPidNamespace) {
  target::ProcKinship kinship;
  EXPECT_EQ(kinship.init_for(::getpid()), 0);
}

}  // namespace
}  // namespace nsplay::test
