// A joined program that is and may do what the target's process is and may do.

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/credentials.h"
#include "nsplay/sys/seccomp.h"

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;
using testing::Not;

using JoinAsTarget = LeakCheck;

ops::JoinRequest joining_as(const ChildInNamespaces& target, Words program) {
  ops::JoinRequest request = joining(target.expression(), std::move(program));
  request.as_target = true;
  return request;
}

/// The files of /proc that show who a process is and what it may do.
const char* const telling_files[] = {"status", "limits", "oom_score_adj", "stat"};

/// proc(5): the nice value is the 17th word after the name in parentheses.
std::string nice_value(const std::string& stat) {
  std::istringstream words(stat.substr(stat.rfind(')') + 1));
  std::string word;
  for (int i = 0; i < 17; ++i) {
    words >> word;
  }
  return word;
}

bool is_telling(const std::string& line) {
  const auto begins = [&](const char* text) { return line.starts_with(text); };
  const char* const fields[] = {
      "Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp", "Umask", "Max "};
  const bool is_number = line.find_first_not_of("-0123456789") == std::string::npos;
  return is_number || std::any_of(std::begin(fields), std::end(fields), begins);
}

/// What of the files together does not differ between two processes that are alike.
std::string description_from(const std::string& files) {
  std::istringstream lines(files);
  std::string line;
  std::string description;
  while (std::getline(lines, line)) {
    if (is_telling(line)) {
      description += line + "\n";
    }
  }
  return description + "nice " + nice_value(files);
}

std::string description_of(pid_t pid) {
  std::string files;
  for (const char* file : telling_files) {
    files += read_process_file(pid, file);
  }
  return description_from(files);
}

/// Not a shell or busybox, which take an effective uid that is not the real one for an accident;
/// and by a descriptor, for the directories above this program may be root's alone.
constexpr int this_program = 77;

void open_this_program() {
  must(::dup2(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC), this_program) == this_program,
       "open /proc/self/exe");
}

Words show_own_files() {
  Words words = inside("show");
  words.front() = "/proc/self/fd/" + std::to_string(this_program);
  for (const char* file : telling_files) {
    words.push_back(std::string("/proc/self/") + file);
  }
  return words;
}

constexpr int net_raw = 13;

sys::CapabilitySet set_of(std::initializer_list<int> capabilities) {
  sys::CapabilitySet set = 0;
  for (const int capability : capabilities) {
    set |= sys::CapabilitySet{1} << capability;
  }
  return set;
}

void limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  const struct rlimit value = {soft, hard};
  must(::setrlimit(resource, &value) == 0, "setrlimit");
}

void become_an_odd_one() {
  limit(RLIMIT_NOFILE, 500, 600);
  limit(RLIMIT_CORE, 0, 0);
  ::umask(077);
  must(::setpriority(PRIO_PROCESS, 0, 5) == 0, "setpriority");
  must(static_cast<bool>(std::ofstream("/proc/self/oom_score_adj") << 300 << std::flush),
       "oom_score_adj");
  must(sys::drop_from_bounding_set(~set_of({0, net_raw})) == 0, "bounding set");
  must(sys::keep_capabilities() == 0, "keep capabilities");
  const gid_t groups[] = {4, 24};
  must(::setgroups(2, groups) == 0, "setgroups");
  must(::setresgid(32, 32, 32) == 0, "setresgid");
  must(::setresuid(42, 42, 42) == 0, "setresuid");
  const auto capabilities = set_of({net_raw});
  must(sys::set_capabilities({capabilities, capabilities, capabilities, 0, capabilities}) == 0,
       "set capabilities");
  must(sys::set_no_new_privileges() == 0, "no_new_privs");
}

/// A filter that answers `errnum` to setdomainname(2), without no_new_privs.
sys::SeccompFilter deny_setdomainname(int errnum) {
  const sock_filter instructions[] = {
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_setdomainname},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(errnum)},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  sys::SeccompFilter filter(std::size(instructions));
  std::memcpy(filter.data(), instructions, sizeof instructions);
  return filter;
}

/// How the target and a program that is like it are described.
struct Likenesses {
  std::string targets;
  std::string programs;
  std::string output;
};

Likenesses likenesses(const std::function<void()>& preparation) {
  const ChildInNamespaces target({.kinds = {Kind::uts, Kind::net}, .inside = preparation});
  ops::JoinRequest request = joining_as(target, show_own_files());
  request.preserved_files = this_program - 2;
  const FrontOutcome outcome = in_child(join_and_wait(request, &open_this_program));
  EXPECT_TRUE(passed(outcome));
  return {description_of(target.pid()), description_from(outcome.output), outcome.output};
}

TEST_F(JoinAsTarget, HasEverythingThatProcShowsByRoot) {
  REQUIRE_ROOT();
  const Likenesses alike = likenesses(&become_an_odd_one);
  EXPECT_THAT(alike.targets, HasSubstr("CapAmb:\t0000000000002000"));
  EXPECT_EQ(alike.programs, alike.targets);
}

TEST_F(JoinAsTarget, HasTheRealAndTheEffectiveIdsByRoot) {
  REQUIRE_ROOT();
  const auto become_two = [] {
    must(::setresgid(31, 32, 32) == 0, "setresgid");
    must(::setresuid(41, 42, 42) == 0, "setresuid");
  };
  const Likenesses alike = likenesses(become_two);
  EXPECT_THAT(alike.targets, HasSubstr("Uid:\t41\t42\t42\t42\nGid:\t31\t32\t32\t32\n"));
  EXPECT_EQ(alike.programs, alike.targets);
  EXPECT_THAT(alike.output, Not(HasSubstr("effective ids")));
  const Likenesses limited = likenesses([&] {
    become_two();
    must(sys::set_no_new_privileges() == 0, "no_new_privs");
  });
  EXPECT_THAT(limited.output, HasSubstr("not copied from the target: effective ids other than"));
}

/// capabilities(7): an execve(2) gives root everything that his bounding set has.
TEST_F(JoinAsTarget, HasNoCapabilityThatTheTargetLacksByRoot) {
  REQUIRE_ROOT();
  const auto raw = set_of({net_raw});
  const Likenesses alike = likenesses([=] {
    must(sys::set_capabilities({0, raw, raw, ~sys::CapabilitySet{0}, 0}) == 0, "set capabilities");
  });
  EXPECT_THAT(alike.targets, HasSubstr("CapEff:\t0000000000002000\nCapBnd:\t0000"));
  EXPECT_THAT(alike.targets, Not(HasSubstr("CapBnd:\t0000000000002000")));
  EXPECT_THAT(alike.programs,
              HasSubstr("CapPrm:\t0000000000002000\nCapEff:\t0000000000002000\n"
                        "CapBnd:\t0000000000002000"));
  EXPECT_THAT(alike.output, HasSubstr("not copied from the target: capabilities that it could"));
}

TEST_F(JoinAsTarget, TellsOfCapabilitiesThatAnOrdinaryUserLosesByRoot) {
  REQUIRE_ROOT();
  const Likenesses alike = likenesses([] {
    must(sys::keep_capabilities() == 0, "keep capabilities");
    must(::setresuid(42, 42, 42) == 0, "setresuid");
  });
  EXPECT_THAT(alike.programs, HasSubstr("CapPrm:\t0000000000000000"));
  EXPECT_THAT(alike.output, HasSubstr("not copied from the target: capabilities that are not"));
}

/// They were there before the user namespace was, and are not mapped in it.
TEST_F(JoinAsTarget, HasTheGroupsThatTheUserNamespaceForbidsToSetByRoot) {
  REQUIRE_ROOT();
  const gid_t groups[] = {4, 24};
  must(::setgroups(2, groups) == 0, "setgroups");
  const ChildInNamespaces target({Kind::user});
  must(::setgroups(0, nullptr) == 0, "setgroups");
  const std::string both =
      fmt::format("grep -h ^Groups /proc/self/status /proc/{}/status", target.pid());
  const FrontOutcome outcome = in_child(join_and_wait(joining_as(target, {"/bin/sh", "-c", both})));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, HasSubstr("Groups:\t65534 65534 \nGroups:\t65534 65534 \n"));
}

TEST_F(JoinAsTarget, HasTheFiltersInTheirOrderByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({.kinds = {Kind::uts}, .inside = [] {
                                    // The strictest answer counts, and of equal ones the last.
                                    deny_syscall(SYS_setdomainname, EXDEV);
                                    deny_syscall(SYS_setdomainname, EMLINK);
                                    deny_syscall(SYS_sethostname, EIDRM);
                                  }});
  const FrontOutcome outcome = in_child(join_and_wait(joining_as(target, inside("names-errno"))));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output,
              HasSubstr("errno " + std::to_string(EIDRM) + " " + std::to_string(EMLINK) + "\n"));
}

/// As an engine does it for an ordinary user of a container: the filter without no_new_privs.
TEST_F(JoinAsTarget, HasAFilterThatNeedsThePrivilegeWhichIsLostByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(
      {.kinds = {Kind::uts}, .inside = [] {
         must(sys::install_seccomp_filter(deny_setdomainname(EMLINK)) == 0, "seccomp");
         must(::setresuid(42, 42, 42) == 0, "setresuid");
       }});
  const FrontOutcome outcome = in_child(join_and_wait(joining_as(target, inside("names-errno"))));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output,
              HasSubstr("errno " + std::to_string(EPERM) + " " + std::to_string(EMLINK) + "\n"));
}

TEST_F(JoinAsTarget, IsMappedIntoItsUserNamespace) {
  REQUIRE_USER_NAMESPACES();
  const ChildInNamespaces target(
      TargetOptions{.kinds = {Kind::user}, .maps = caller_as(7, 8), .inside = [] {}});
  const FrontOutcome outcome = in_child(join_and_wait(joining_as(target, inside("report"))));
  EXPECT_TRUE(passed(outcome));
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["uid"], "7 7 7");
  EXPECT_EQ(report["gid"], "8 8 8");
}

/// Nobody who looks at a process may make it stand still for longer than a moment.
TEST_F(JoinAsTarget, LetsATargetWithFiltersGoOnByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(
      {.kinds = {Kind::uts}, .inside = [] { deny_syscall(SYS_setdomainname, EXDEV); }});
  in_child(join_and_wait(joining_as(target, inside("exit", {"0"}))));
  EXPECT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "S"; }));
  EXPECT_THAT(read_process_file(target.pid(), "status"), HasSubstr("TracerPid:\t0\n"));
  must(::kill(target.pid(), SIGSTOP) == 0, "kill");
  EXPECT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "T"; }));
  const FrontOutcome outcome = in_child(join_and_wait(joining_as(target, inside("names-errno"))));
  EXPECT_THAT(outcome.output, HasSubstr(" " + std::to_string(EXDEV) + "\n")) << outcome;
  EXPECT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "T"; }));
  must(::kill(target.pid(), SIGCONT) == 0, "kill");
}

/// Also where the caller is an ordinary user: raising it is free (proc(5)).
TEST_F(JoinAsTarget, HasTheOomScoreAdjustment) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({Kind::uts}), .inside = [] {
         must(static_cast<bool>(std::ofstream("/proc/self/oom_score_adj") << 444 << std::flush),
              "oom_score_adj");
       }});
  const FrontOutcome outcome =
      in_child(join_and_wait(joining_as(target, inside("show", {"/proc/self/oom_score_adj"}))));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, HasSubstr("444\n"));
}

TEST_F(JoinAsTarget, SaysWhatCannotBeCopied) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const FrontOutcome outcome =
      in_child(join_and_wait(joining_as(target, inside("exit", {"0"})), [] {
        limit(RLIMIT_NOFILE, 100, 200);
        if (::geteuid() == 0) {
          lose_capability(CAP_SYS_RESOURCE);
        }
      }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, HasSubstr("not copied from the target: its securebits"));
  EXPECT_THAT(outcome.output,
              HasSubstr("not copied from the target: \"Max open files\": only who"));
}

TEST_F(JoinAsTarget, LeavesNothingElseToChoose) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = joining_as(target, inside("report"));
  request.identity.user = "33";
  const FrontOutcome outcome = in_child(join_and_wait(request));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->trouble, Trouble::usage);
  EXPECT_THAT(outcome.error->message(), HasSubstr("--as-target contradicts --setuid"));
}

TEST_F(JoinAsTarget, NeedsAProcessByItsOwnName) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  ops::JoinRequest request = joining_as(target, inside("report"));
  request.target = "/proc/" + std::to_string(target.pid()) + "/ns/uts";
  const FrontOutcome outcome = in_child(join_and_wait(request));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.error->message(), HasSubstr("--as-target needs a process"));
}

}  // namespace
}  // namespace nsplay::test
