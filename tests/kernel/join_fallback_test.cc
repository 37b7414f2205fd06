// Joining on kernels, and below filters, that lack something: every way has to lead to the same
// place.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/kind_sets.h"
#include "kernel/links.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

struct Denial {
  const char* name;
  void (*deny)();
};

std::ostream& operator<<(std::ostream& stream, const Denial& denial) {
  return stream << denial.name;
}

void deny_pidfd_open() {
  deny_syscall(SYS_pidfd_open, ENOSYS);
}

void deny_clone3() {
  deny_syscall(SYS_clone3, ENOSYS);
}

void deny_everything_new() {
  deny_setns_of_several_kinds();
  deny_pidfd_ioctls();
  deny_namespace_ids();
  deny_pidfd_open();
  deny_clone3();
  deny_syscall(SYS_close_range, ENOSYS);
  deny_syscall(SYS_pidfd_send_signal, ENOSYS);
}

constexpr Denial denials[] = {
    {"no_setns_of_several_kinds", &deny_setns_of_several_kinds},
    {"no_pidfd_ioctls", &deny_pidfd_ioctls},
    {"no_pidfd_open", &deny_pidfd_open},
    {"pidfd_open_refused", [] { deny_syscall(SYS_pidfd_open, EPERM); }},
    {"no_pidfd_send_signal", [] { deny_syscall(SYS_pidfd_send_signal, ENOSYS); }},
    {"no_clone3", &deny_clone3},
    {"clone3_refused", [] { deny_syscall(SYS_clone3, EPERM); }},
    {"no_close_range", [] { deny_syscall(SYS_close_range, ENOSYS); }},
    {"nothing_new", &deny_everything_new},
};

class JoinWith : public LeakCheck, public testing::WithParamInterface<Denial> {
 protected:
  static FrontOutcome join_report(const ChildInNamespaces& target, KindSet kinds = {}) {
    return in_child(
        join_and_wait(joining(target.expression(), inside("report"), kinds), GetParam().deny));
  }
};

INSTANTIATE_TEST_SUITE_P(Kernel, JoinWith, testing::ValuesIn(denials), [](const auto& row) {
  return row.param.name;
});

TEST_P(JoinWith, N18ProgramIsInEverythingOfItsTarget) {
  const ChildInNamespaces target(KindSet::all());
  const FrontOutcome outcome = join_report(target);
  EXPECT_TRUE(passed(outcome));
  expect_links(InsideReport(outcome.output), target.pid(), KindSet::all());
}

TEST_P(JoinWith, ProgramIsInTheChosenKinds) {
  const ChildInNamespaces target(KindSet::all());
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    KindSet chosen = with_privilege_for({info.kind});
    chosen.insert(Kind::uts);
    const FrontOutcome outcome = join_report(target, chosen);
    EXPECT_TRUE(passed(outcome));
    expect_links(InsideReport(outcome.output), target.pid(), chosen);
  }
}

TEST_P(JoinWith, ProgramDiesWithAFrontThatIsKilled) {
  const ChildInNamespaces target(KindSet::all());
  FrontProcess front(
      join_and_wait(joining(target.expression(), inside("lose-death-signal")), GetParam().deny));
  front.output().read_line_after("ready ");
  front.send_signal(SIGKILL);
  EXPECT_EQ(front.finish().status, 128 + SIGKILL);
}

TEST_P(JoinWith, ADeadTargetIsAnError) {
  ChildInNamespaces target({Kind::uts, Kind::user});
  target.kill_without_reaping();
  const FrontOutcome zombie = join_report(target);
  ASSERT_TRUE(zombie.error) << zombie;
  EXPECT_THAT(zombie.error->message(), testing::HasSubstr("zombie"));
  const std::string expression = target.expression();
  target.end();
  const FrontOutcome gone =
      in_child(join_and_wait(joining(expression, inside("report")), GetParam().deny));
  ASSERT_TRUE(gone.error) << gone;
  EXPECT_EQ(gone.error->errnum, ESRCH);
  EXPECT_EQ(gone.children_left + zombie.children_left, 0U);
}

}  // namespace
}  // namespace nsplay::test
