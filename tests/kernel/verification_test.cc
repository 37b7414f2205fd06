// What an engine says of a process, beside the process as it is.

#include "nsplay/target/verification.h"

#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>

#include <gmock/gmock.h>

#include "support/cgroup.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using namespace std::chrono_literals;
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

TEST_F(Container, IsTheInitThatIsTheChildOfItsKeeper) {
  const ChildInNamespaces init(with_privilege_for({Kind::pid}));
  EXPECT_TRUE(is_verified(kept_by(::getpid(), init.pid())));
  EXPECT_FALSE(is_verified(kept_by(::getppid(), init.pid())));
}

/// As bwrap makes its sandboxes, with or without a pid namespace.
TEST_F(Container, HasMountsOfItsOwnWhereThatIsItsSign) {
  const ChildInNamespaces sandbox(with_privilege_for({Kind::mnt}));
  Candidate candidate = kept_by(::getpid(), sandbox.pid());
  EXPECT_FALSE(is_verified(candidate));
  candidate.sign = target::Sign::own_mounts;
  EXPECT_TRUE(is_verified(candidate));
  candidate.keeper = ::getppid();
  EXPECT_FALSE(is_verified(candidate));
  const ChildInNamespaces init(with_privilege_for({Kind::pid}));
  candidate = kept_by(::getpid(), init.pid());
  candidate.sign = target::Sign::own_mounts;
  EXPECT_FALSE(is_verified(candidate));
}

/// What conmon(8) and shims run to clean up is a process of the machine.
TEST_F(Container, IsNoOtherChildOfItsKeeper) {
  const ChildInNamespaces child(KindSet{});
  EXPECT_FALSE(is_verified(kept_by(::getpid(), child.pid())));
  Candidate candidate = kept_by(::getpid(), child.pid());
  candidate.start_time = start_of(child.pid());
  EXPECT_TRUE(is_verified(candidate));
}

TEST_F(Container, IsAnInitWhenThePidIsAllThatIsKnown) {
  const ChildInNamespaces init(with_privilege_for({Kind::pid}));
  EXPECT_TRUE(is_verified(candidate_of(init.pid())));
  const ChildInNamespaces other(KindSet{});
  EXPECT_FALSE(is_verified(candidate_of(other.pid())));
}

TEST_F(Container, IsOlderThanTheFileThatSaysSo) {
  const ChildInNamespaces init(with_privilege_for({Kind::pid}));
  Candidate candidate = candidate_of(init.pid());
  candidate.written = std::chrono::system_clock::now();
  EXPECT_TRUE(is_verified(candidate));
  candidate.written = *candidate.written - 1min;
  EXPECT_FALSE(is_verified(candidate));
}

TEST_F(Container, IsNoneOnceSomethingElseHasRefutedIt) {
  const ChildInNamespaces init(with_privilege_for({Kind::pid}));
  Candidate candidate = candidate_of(init.pid());
  candidate.standing = target::Standing::refuted;
  EXPECT_FALSE(is_verified(candidate));
}

TEST_F(Container, OfAStrangerHasAUserNamespaceByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces init({Kind::pid});
  const ChildInNamespaces own({Kind::pid, Kind::user});
  for (const uid_t stranger : {1000U, 65534U}) {
    Candidate candidate = kept_by(::getpid(), init.pid());
    candidate.said_by = stranger;
    EXPECT_FALSE(is_verified(candidate));
    candidate.pid = own.pid();
    EXPECT_TRUE(is_verified(candidate));
  }
}

/// A stranger's that looks like bwrap's is not taken for root's.
TEST_F(Container, OfAStrangerHasAUserNamespaceBesideItsMountsByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces sandbox({Kind::mnt});
  const ChildInNamespaces own({Kind::mnt, Kind::user});
  Candidate candidate = kept_by(::getpid(), sandbox.pid());
  candidate.sign = target::Sign::own_mounts;
  candidate.said_by = 1000;
  EXPECT_FALSE(is_verified(candidate));
  candidate.pid = own.pid();
  EXPECT_TRUE(is_verified(candidate));
}

std::string id_of(char digit) {
  std::string id(64, digit);
  return id;
}

/// In a cgroup as podman makes it.
class ContainerInACgroup : public LeakCheck {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_ROOT();
    REQUIRE_CGROUPS("cgroup2");
    above_.emplace("cgroup2", "verified");
    cgroup_.emplace(*above_, "libpod-" + id_of('a'));
  }

  [[nodiscard]] static Candidate called(const std::string& id, pid_t pid) {
    Candidate candidate = candidate_of(pid);
    candidate.ids = {id};
    return candidate;
  }

  [[nodiscard]] const Cgroup& cgroup() const { return *cgroup_; }

 private:
  std::optional<Cgroup> above_;
  std::optional<Cgroup> cgroup_;
};

TEST_F(ContainerInACgroup, SharesThePidNamespaceOfTheMachineByRoot) {
  const ChildInNamespaces child(KindSet{});
  Candidate candidate = called(id_of('a'), child.pid());
  candidate.keeper = ::getpid();
  EXPECT_FALSE(is_verified(candidate));
  cgroup().take(child.pid());
  EXPECT_TRUE(is_verified(candidate));
  candidate.keeper = 0;
  EXPECT_TRUE(is_verified(candidate));
  candidate.ids = {id_of('b')};
  EXPECT_FALSE(is_verified(candidate));
}

TEST_F(ContainerInACgroup, IsThatOneAndNoOtherByRoot) {
  const ChildInNamespaces init({Kind::pid});
  EXPECT_TRUE(is_verified(called(id_of('b'), init.pid())));
  cgroup().take(init.pid());
  EXPECT_TRUE(is_verified(called(id_of('a'), init.pid())));
  EXPECT_FALSE(is_verified(called(id_of('b'), init.pid())));
  EXPECT_FALSE(is_verified(candidate_of(init.pid())));
  Candidate started = started_at(init.pid(), start_of(init.pid()));
  started.ids = {id_of('b')};
  EXPECT_TRUE(is_verified(started));
}

TEST_F(Container, IsInTheUnitOfItsMachineByRoot) {
  REQUIRE_ROOT();
  REQUIRE_CGROUPS("cgroup2");
  const Cgroup above("cgroup2", "verified");
  const Cgroup scope(above, "machine-web.scope");
  const ChildInNamespaces init({Kind::pid});
  Candidate candidate = candidate_of(init.pid());
  candidate.names = {"other"};
  candidate.unit = "machine-other.scope";
  EXPECT_TRUE(is_verified(candidate));
  scope.take(init.pid());
  EXPECT_FALSE(is_verified(candidate));
  candidate.unit = "machine-web.scope";
  EXPECT_TRUE(is_verified(candidate));
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
