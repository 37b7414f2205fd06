// What an engine says of a process, beside the process as it is.

#include "nsplay/target/containers.h"

#include <unistd.h>

#include <gmock/gmock.h>

#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using target::Candidate;

class Container : public LeakCheck {};

Candidate candidate_of(pid_t pid) {
  Candidate candidate;
  candidate.pid = pid;
  return candidate;
}

Candidate started_at(pid_t pid, std::uint64_t ticks) {
  Candidate candidate = candidate_of(pid);
  candidate.start_time = ticks;
  return candidate;
}

Candidate kept_by(pid_t keeper, pid_t pid) {
  Candidate candidate = candidate_of(pid);
  candidate.keeper = keeper;
  return candidate;
}

/// Whether the process is what is said of it.
bool is_verified(const Candidate& candidate) {
  const auto process = target::verify(candidate);
  EXPECT_TRUE(process) << process.error().message();
  EXPECT_TRUE(!process || !*process || (*process)->pid == candidate.pid);
  return process && process->has_value();
}

std::uint64_t start_of(pid_t pid) {
  const auto process = procfs::pin_process(pid);
  const auto stat = process ? process->dir.stat() : fail(Error{});
  EXPECT_TRUE(stat);
  return stat ? stat->start_ticks : 0;
}

TEST_F(Container, IsTheProcessThatWasStartedThen) {
  const ChildInNamespaces child(KindSet{});
  const auto start = start_of(child.pid());
  EXPECT_TRUE(is_verified(started_at(child.pid(), start)));
  EXPECT_FALSE(is_verified(started_at(child.pid(), start + 1)));
}

TEST_F(Container, IsTheChildOfItsKeeper) {
  const ChildInNamespaces child(KindSet{});
  EXPECT_TRUE(is_verified(kept_by(::getpid(), child.pid())));
  EXPECT_FALSE(is_verified(kept_by(::getppid(), child.pid())));
}

TEST_F(Container, IsAnInitWhenThePidIsAllThatIsKnown) {
  const ChildInNamespaces init(with_privilege_for({Kind::pid}));
  EXPECT_TRUE(is_verified(candidate_of(init.pid())));
  const ChildInNamespaces other(KindSet{});
  EXPECT_FALSE(is_verified(candidate_of(other.pid())));
}

TEST_F(Container, IsNoZombieAndNothingThatIsGone) {
  ChildInNamespaces child(KindSet{});
  const Candidate candidate = started_at(child.pid(), start_of(child.pid()));
  child.kill_without_reaping();
  EXPECT_FALSE(is_verified(candidate));
  child.end();
  EXPECT_FALSE(is_verified(candidate));
  EXPECT_FALSE(is_verified(Candidate{}));
}

}  // namespace
}  // namespace nsplay::test
