// sys::Child: whoever goes out of scope leaves no process behind.

#include "nsplay/sys/child.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/events.h"
#include "nsplay/sys/process.h"

#include "support/cgroup.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/front_process.h"
#include "support/leak_check.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Change = sys::ProcessChange::Kind;

class Child : public LeakCheck {};

int wait_for_ever() {
  for (;;) {
    ::pause();
  }
}

sys::Child start_waiting_child() {
  auto child = sys::start_child(0, &wait_for_ever);
  EXPECT_TRUE(child) << child.error().message();
  return child ? *std::move(child) : sys::Child();
}

TEST_F(Child, IsKilledAndReapedByTheDestructor) {
  pid_t pid = 0;
  {
    const sys::Child child = start_waiting_child();
    pid = child.pid();
    EXPECT_THAT(own_children(), testing::ElementsAre(pid));
  }
  EXPECT_TRUE(own_children().empty());
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(Child, IsReapedByTheDestructorAlsoWhenItIsStopped) {
  const sys::Child child = start_waiting_child();
  child.send_signal(SIGSTOP);
}

/// cgroup v1: the kill comes when it is thawed, and nobody can wait for that.
TEST_F(Child, IsKilledAndLeftWhenItIsFrozenByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("freezer");
  const Cgroup cgroup("freezer", "child");
  pid_t pid = 0;
  {
    const sys::Child child = start_waiting_child();
    pid = child.pid();
    cgroup.take(pid);
    cgroup.write("freezer.state", "FROZEN");
  }
  EXPECT_FALSE(sys::has_ended(pid));
  cgroup.write("freezer.state", "THAWED");
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(Child, ThatIsOverwrittenIsKilledAndReaped) {
  sys::Child child = start_waiting_child();
  child = start_waiting_child();
  EXPECT_THAT(own_children(), testing::ElementsAre(child.pid()));
}

TEST_F(Child, ThatWasMovedFromOwnsNothing) {
  sys::Child child = start_waiting_child();
  const sys::Child other = std::move(child);
  EXPECT_THAT(own_children(), testing::ElementsAre(other.pid()));
}

TEST_F(Child, ThatIsReleasedLivesOn) {
  sys::Child child = start_waiting_child();
  const pid_t pid = child.release();
  child.end();
  EXPECT_EQ(::kill(pid, SIGTERM), 0);
  EXPECT_EQ(wait_for_child(pid), 128 + SIGTERM);
}

TEST_F(Child, TellsHowItEnded) {
  auto exited = sys::start_child(0, [] { return 42; });
  ASSERT_TRUE(exited);
  EXPECT_EQ(exited->wait()->exit_status(), 42);
  EXPECT_EQ(exited->pid(), 0);
  sys::Child killed = start_waiting_child();
  killed.send_signal(SIGTERM);
  EXPECT_EQ(killed.wait()->exit_status(), 128 + SIGTERM);
}

TEST_F(Child, TellsWhenItStopsAndGoesOn) {
  sys::Child child = start_waiting_child();
  child.send_signal(SIGSTOP);
  EXPECT_EQ((*child.next_change(sys::Blocking::yes))->kind, Change::stopped);
  child.send_signal(SIGCONT);
  EXPECT_EQ((*child.next_change(sys::Blocking::yes))->kind, Change::continued);
  EXPECT_FALSE(*child.next_change(sys::Blocking::no));
}

TEST_F(Child, HasAPidfdThatTellsItsEnd) {
  sys::Child child = start_waiting_child();
  EXPECT_FALSE(wait_readable(child.pidfd(), std::chrono::milliseconds(0)));
  child.send_signal(SIGKILL);
  EXPECT_TRUE(wait_readable(child.pidfd()));
}

TEST_F(Child, IsStartedWithoutClone3Too) {
  for (const int answer : {ENOSYS, EPERM}) {
    const FrontOutcome outcome = in_child([&] {
      deny_syscall(SYS_clone3, answer);
      auto child = sys::start_child(0, [] { return 3; });
      ASSERT_TRUE(child) << child.error().message();
      EXPECT_TRUE(child->pidfd());
      EXPECT_EQ(child->wait()->exit_status(), 3);
    });
    EXPECT_TRUE(passed(outcome));
  }
}

TEST_F(Child, ThatCannotBeStartedIsAnError) {
  const FrontOutcome outcome = in_child([] {
    deny_syscall(SYS_clone3, EAGAIN);
    const auto child = sys::start_child(0, [] { return 3; });
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().errnum, EAGAIN);
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(Child, UntilExecIsACopyOfNothing) {
  // It shares the memory: what it writes there is seen.
  int written = 0;
  const sys::StartUntilExec made = sys::start_child_until_exec([&] {
    written = ::getppid();
    sys::exit_now(6);
  });
  ASSERT_EQ(made.errnum, 0);
  EXPECT_EQ(written, ::getpid());
  EXPECT_EQ(wait_for_child(made.pid), 6);
}

TEST_F(Child, InTheSameMemoryHasDescriptorsOfItsOwn) {
  const PipeEnds words = open_pipe();
  int written = 0;
  const sys::BodyInSameMemory body = [&](sys::UnbornSibling& /*sibling*/) {
    written = ::getpid();
    sys::close_here(words.write_end);
    return 6;
  };
  auto child = sys::start_child_in_same_memory(body);
  ASSERT_TRUE(child) << child.error().message();
  const pid_t pid = child->pid();
  EXPECT_EQ(child->wait()->exit_status(), 6);
  EXPECT_EQ(written, pid);
  write_text(words.write_end.get(), "x");
  EXPECT_TRUE(sys::is_readable(words.read_end.get()));
}

TEST_F(Child, InTheSameMemoryIsStartedWithoutClone3Too) {
  const std::uint64_t flags = with_privilege_for({ns::Kind::uts}).clone_flags();
  const sys::BodyInSameMemory body = [](sys::UnbornSibling& /*sibling*/) {
    return different_kinds(::getpid(), ::getppid()).contains(ns::Kind::uts) ? 6 : 7;
  };
  for (const int answer : {0, ENOSYS, EPERM}) {
    const FrontOutcome outcome = in_child([&] {
      if (answer != 0) {
        deny_syscall(SYS_clone3, answer);
      }
      auto child = sys::start_child_in_same_memory(body, flags);
      ASSERT_TRUE(child) << child.error().message();
      EXPECT_TRUE(child->pidfd());
      EXPECT_EQ(child->wait()->exit_status(), 6);
    });
    EXPECT_TRUE(passed(outcome));
  }
}

TEST_F(Child, InTheSameMemoryThatCannotBeStartedIsAnError) {
  const FrontOutcome outcome = in_child([] {
    deny_syscall(SYS_clone3, EAGAIN);
    const sys::Dumpable before = sys::own_dumpability();
    const sys::BodyInSameMemory body = [](sys::UnbornSibling& /*sibling*/) { return 3; };
    const auto child = sys::start_child_in_same_memory(body);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().errnum, EAGAIN);
    EXPECT_EQ(sys::own_dumpability(), before);
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(Child, InTheSameMemoryKeepsOthersFromTracingItsCaller) {
  const PipeEnds go = open_pipe();
  const sys::BodyInSameMemory body = [&](sys::UnbornSibling& /*sibling*/) {
    char byte = 0;
    return static_cast<int>(::read(go.read_end.get(), &byte, 1));
  };
  const sys::Dumpable before = sys::own_dumpability();
  auto child = sys::start_child_in_same_memory(body);
  ASSERT_TRUE(child) << child.error().message();
  EXPECT_EQ(sys::own_dumpability(), sys::Dumpable::no);
  write_text(go.write_end.get(), "x");
  EXPECT_EQ(child->wait()->exit_status(), 1);
  EXPECT_EQ(sys::own_dumpability(), before);
}

TEST_F(Child, InTheSameMemoryCannotBeReleased) {
  const sys::BodyInSameMemory body = [](sys::UnbornSibling& /*sibling*/) {
    return wait_for_ever();
  };
  auto child = sys::start_child_in_same_memory(body);
  ASSERT_TRUE(child) << child.error().message();
  const pid_t pid = child->pid();
  EXPECT_EQ(child->release(), 0);
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(Child, InTheSameMemoryTakesASiblingWithItThatHasExecutedNothing) {
  pid_t sibling = 0;
  const PipeEnds said = open_pipe();
  const sys::BodyInSameMemory body = [&](sys::UnbornSibling& unborn) {
    const auto wait = [&] {
      sibling = ::getpid();
      static_cast<void>(::write(said.write_end.get(), "x", 1));
      wait_for_ever();
    };
    sys::start_sibling_until_exec(std::ref(wait), &unborn);
    return 0;
  };
  const sys::Dumpable before = sys::own_dumpability();
  auto child = sys::start_child_in_same_memory(body);
  ASSERT_TRUE(child) << child.error().message();
  char byte = 0;
  ASSERT_EQ(::read(said.read_end.get(), &byte, 1), 1);
  child->end();
  EXPECT_EQ(::kill(sibling, 0), -1);
  EXPECT_EQ(sys::own_dumpability(), before);
}

TEST_F(Child, SiblingIsAChildOfTheParent) {
  FrontProcess front([]() -> Result<int> {
    const auto made = sys::start_sibling_until_exec([] { sys::exit_now(8); });
    say("sibling " + std::to_string(made.pid));
    return 0;
  });
  const pid_t sibling = std::stoi("0" + front.output().read_line_after("sibling "));
  EXPECT_EQ(wait_for_child(sibling), 8);
  const FrontOutcome outcome = front.finish();
  EXPECT_TRUE(passed(outcome));
}

TEST_F(Child, OrphansAreFoundByTheirReaper) {
  const PipeEnds said = open_pipe();
  auto child = sys::start_child(0, [&]() -> int {
    const auto orphan = sys::start_child(0, [] { return 7; });
    write_text(said.write_end.get(), "x");
    sys::exit_now(orphan ? 0 : 1);
  });
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait()->exit_status(), 0);
  std::optional<std::pair<pid_t, sys::ProcessChange>> change;
  EXPECT_TRUE(eventually([&] { return (change = sys::next_change_of_any()).has_value(); }));
  EXPECT_EQ(change->second.exit_status(), 7);
  EXPECT_FALSE(sys::next_change_of_any());
}

}  // namespace
}  // namespace nsplay::test
