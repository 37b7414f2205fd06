// Where clone3(2) is not to be had, clone(2) does it.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "kernel/holder.h"
#include "kernel/kind_sets.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

class CreateWithoutClone3 : public LeakCheck, public testing::WithParamInterface<int> {};

INSTANTIATE_TEST_SUITE_P(Answer,
                         CreateWithoutClone3,
                         testing::Values(ENOSYS, EPERM),
                         [](const auto& row) { return row.param == EPERM ? "EPERM" : "ENOSYS"; });

TEST_P(CreateWithoutClone3, ChildIsInItsNamespacesNevertheless) {
  for (const ns::KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    Holder holder(creation_of(kinds), [] { deny_syscall(SYS_clone3, GetParam()); });
    EXPECT_EQ(different_kinds(::getpid(), holder.pid()).to_string(),
              with_privilege_for(kinds).to_string());
    const FrontOutcome outcome = holder.end();
    EXPECT_TRUE(passed(outcome));
  }
}

TEST_P(CreateWithoutClone3, ProgramRunsNevertheless) {
  for (const ns::KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    const FrontOutcome outcome = in_child(create_and_wait(
        creation_of(kinds, inside("exit", {"4"})), [] { deny_syscall(SYS_clone3, GetParam()); }));
    EXPECT_EQ(outcome.status, 4) << outcome;
  }
}

}  // namespace
}  // namespace nsplay::test
