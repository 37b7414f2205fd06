// Targets that mean harm, and targets that change while they are joined: what is the caller's stays
// out of their reach, and nothing hangs.

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/execution.h"

#include "kernel/chroot.h"
#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;
using testing::Not;

using JoinHostile = LeakCheck;
using JoinChanging = LeakCheck;

std::string own_program() {
  return inside("exit").front();
}

/// In its root directory /srv is its own, filled by `fill`.
TargetOptions with_srv(const TemporaryDirectory& directory, const std::function<void()>& fill) {
  return TargetOptions{.kinds = with_privilege_for({Kind::mnt}), .inside = [&directory, fill] {
                         make_root_of(directory.path());
                         make_read_only(own_program());
                         must(::mount("none", "/srv", "tmpfs", 0, nullptr) == 0, "mount");
                         fill();
                       }};
}

void write_script(const char* path, const char* text) {
  must(static_cast<bool>(std::ofstream(path) << text << std::flush), path);
  must(::chmod(path, 0755) == 0, "chmod");
}

/// CVE-2019-5736: who gets the caller's binary executed gets hold of it by /proc/PID/exe.
TEST_F(JoinHostile, GetsNotTheCallersBinaryExecuted) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(with_srv(directory, [] {
    must(::symlink("/proc/self/exe", "/srv/link") == 0, "symlink");
    write_script("/srv/script", "#!/proc/self/exe --inside\n");
  }));
  const std::string marker = inside("exit")[1];
  const FrontOutcome by_link =
      in_child(join_and_wait(joining(target.expression(), {"/srv/link", marker, "exit", "9"})));
  EXPECT_EQ(by_link.status, 126) << by_link;
  const FrontOutcome by_script = in_child(FrontProcess::Body([&] {
    must(::dup2(STDOUT_FILENO, STDERR_FILENO) >= 0, "dup2");
    return join_and_wait(joining(target.expression(), {"/srv/script"}))();
  }));
  EXPECT_EQ(by_script.status, 126) << by_script;
  EXPECT_THAT(by_script.output, HasSubstr("/proc/self/exe leads to nsplay's launcher here"));
  ops::JoinRequest without_fork = joining(target.expression(), {"/srv/link", marker, "exit", "9"});
  without_fork.fork = ops::ForkRule::self;
  EXPECT_EQ(in_child(join_and_wait(without_fork)).status, 126);
}

/// The control: with the caller's own files nobody stands between.
TEST_F(JoinHostile, AloneIsKeptFromTheCallersBinary) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const std::string marker = inside("exit")[1];
  const FrontOutcome outcome = in_child(
      join_and_wait(joining(target.expression(), {"/proc/self/exe", marker, "exit", "9"})));
  EXPECT_EQ(outcome.status, 9) << outcome;
}

/// Another one: whoever can write to the file by its path need not be kept from it.
TEST_F(JoinHostile, IsNotKeptFromABinaryThatItCanWriteToAnyway) {
  const ChildInNamespaces target(with_privilege_for({Kind::mnt}));
  const std::string marker = inside("exit")[1];
  const FrontOutcome outcome = in_child(
      join_and_wait(joining(target.expression(), {"/proc/self/exe", marker, "exit", "9"})));
  EXPECT_EQ(outcome.status, 9) << outcome;
}

/// A link in its root directory cannot lead to the caller's tree.
TEST_F(JoinHostile, CannotPretendToHaveTheCallersBinary) {
  const TemporaryDirectory directory;
  const std::string program = own_program();
  const std::string first = program.substr(0, program.find('/', 1));
  const std::string link = directory.path() + first;
  must(::symlink(first.c_str(), link.c_str()) == 0, "symlink");
  must(::access((directory.path() + program).c_str(), X_OK) == 0, "the link leads there");
  const auto root = sys::open_file(directory.path(), O_PATH | O_DIRECTORY);
  EXPECT_FALSE(sys::own_program_is_in(*root));
  must(::unlink(link.c_str()) == 0, "unlink");
  EXPECT_TRUE(sys::own_program_is_in(*sys::open_file("/", O_PATH | O_DIRECTORY)));
}

/// What the program finds of those who brought it there.
TEST_F(JoinHostile, FindsNoDirectoryOfTheCallersOpen) {
  const TemporaryDirectory directory;
  const ChildInNamespaces target(with_srv(directory, [] {}));
  const FrontOutcome outcome = in_child(join_and_wait(
      joining(target.expression(),
              {"/bin/sh", "-c", "echo fds: $(echo /proc/self/fd/*); readlink /proc/self/cwd"}),
      [] {
        must(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0, "open");
        must(::dup2(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 77) == 77, "dup2");
      }));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, Not(HasSubstr("/proc/self/fd/77")));
  EXPECT_THAT(outcome.output,
              testing::ContainsRegex("fds: /proc/self/fd/0 [^ ]*/1 [^ ]*/2( [^ ]*/3)?\n"));
}

/// Whoever crosses cannot be traced by the target's root, who is root outside as well.
TEST_F(JoinHostile, CannotTraceWhoGuardsTheProgramByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target({Kind::uts});
  FrontProcess front(join_and_wait(joining(target.expression(), inside("wait"))));
  const auto program = std::stoi(front.output().read_line_after("ready "));
  for (const pid_t pid : children_of(front.pid())) {
    if (pid != program) {
      const FrontProcess::Body trace = [pid]() -> Result<int> {
        lose_capability(CAP_SYS_PTRACE);
        return ::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0 ? 1 : 0;
      };
      const FrontOutcome outcome = in_child(trace);
      EXPECT_EQ(outcome.status, 0) << outcome;
    }
  }
  front.send_signal(SIGTERM);
  EXPECT_EQ(front.finish().status, 128 + SIGTERM);
}

/// Looking through it takes the program's process long enough to be found on the way.
std::string long_path() {
  std::string path = "PATH=";
  for (int i = 0; i < 7000; ++i) {
    path += "/nonexistent/bin:";
  }
  return path + "/bin:/usr/bin";
}

/// Within some attempts.
bool happens_once(const std::function<bool()>& attempt) {
  constexpr int attempts = 50;
  for (int i = 0; i < attempts; ++i) {
    if (attempt()) {
      return true;
    }
  }
  return false;
}

[[noreturn]] void stop_all_others() {
  constexpr pid_t first = 3;
  constexpr pid_t last = 40;
  for (pid_t pid = first;; pid = pid == last ? first : pid + 1) {
    ::kill(pid, SIGSTOP);
  }
}

TEST_F(JoinHostile, MayStopTheProgramBeforeItIsExecuted) {
  const ChildInNamespaces target(
      {.kinds = with_privilege_for({Kind::mnt, Kind::pid}), .inside = [] {
         make_read_only(own_program());
         if (::fork() == 0) {
           stop_all_others();
         }
       }});
  ops::JoinRequest request = joining(target.expression(), {"nonexistent"});
  request.environment.set = {long_path()};
  // It does not come in time always.
  const bool was_stopped = happens_once([&] {
    const FrontOutcome outcome = in_child(join_and_wait(request));
    EXPECT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.children_left, 0U) << outcome;
    return outcome.error &&
           outcome.error->message().find("was stopped before it had executed") != std::string::npos;
  });
  EXPECT_TRUE(was_stopped);
}

/// Opens the pipes of every launcher, and writes to `marker` when it has one.
[[noreturn]] void hold_pipes_of_launchers(const std::string& marker) {
  for (;;) {
    for (const pid_t pid : all_processes()) {
      if (!read_process_link(pid, "exe").starts_with("/memfd:nsplay")) {
        continue;
      }
      for (const auto& [descriptor, file] : descriptors_of(pid)) {
        const std::string path =
            "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(descriptor);
        const bool is_pipe = descriptor > 2 && file.starts_with("pipe:");
        if (is_pipe && ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK) >= 0) {
          std::ofstream(marker) << "held";
        }
      }
    }
  }
}

TEST_F(JoinHostile, MayHoldThePipeThatTellsOfTheExecution) {
  const TemporaryDirectory directory;
  const std::string marker = directory.file("marker", "", 0666);
  const ChildInNamespaces target({.kinds = with_privilege_for({Kind::mnt}), .inside = [&] {
                                    make_read_only(own_program());
                                    if (::fork() == 0) {
                                      hold_pipes_of_launchers(marker);
                                    }
                                  }});
  ops::JoinRequest request = joining(target.expression(), {"sh", "-c", "exit 3"});
  request.environment.set = {long_path()};
  const bool was_held = happens_once([&] {
    const FrontOutcome outcome = in_child(join_and_wait(request));
    EXPECT_EQ(outcome.status, 3) << outcome;
    std::string text;
    std::ifstream(marker) >> text;
    return text == "held";
  });
  EXPECT_TRUE(was_held);
  must(::kill(children_of(target.pid()).at(0), SIGKILL) == 0, "kill");
}

TEST_F(JoinChanging, ThatIsStoppedIsJoinedNevertheless) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts, Kind::mnt}));
  must(::kill(target.pid(), SIGSTOP) == 0, "kill");
  EXPECT_TRUE(eventually([&] { return stat_field(target.pid(), 3) == "T"; }));
  const FrontOutcome outcome =
      in_child(join_and_wait(joining(target.expression(), inside("exit", {"3"}))));
  EXPECT_EQ(outcome.status, 3) << outcome;
}

/// At any moment: either the program has run, or the join says that the target is gone.
/// That of the target, or of the init of its pid namespace.
bool tells_of_the_end(const Error& error) {
  const std::string text = error.message() + error.hint;
  return text.find("ended") < text.size() || text.find("no process has pid") < text.size();
}

TEST_F(JoinChanging, MayEndAtAnyMoment) {
  int ended_before = 0;
  for (int moment = 0; moment < 40; ++moment) {
    ChildInNamespaces target(with_privilege_for({Kind::uts, Kind::mnt, Kind::pid}));
    FrontProcess front(join_and_wait(joining(target.expression(), inside("exit", {"3"}))));
    std::this_thread::sleep_for(std::chrono::microseconds(50) * moment);
    target.end();
    const FrontOutcome outcome = front.finish();
    const bool is_fine = outcome.error || outcome.status == 3 || outcome.status == 128 + SIGKILL;
    EXPECT_TRUE(is_fine) << outcome;
    EXPECT_EQ(outcome.children_left, 0U) << outcome;
    if (outcome.error) {
      EXPECT_TRUE(tells_of_the_end(*outcome.error)) << outcome;
      ++ended_before;
    }
  }
  EXPECT_GT(ended_before, 0);
}

/// It executes and moves all the time: each join is in one of its namespaces, wholly.
TEST_F(JoinChanging, MayMoveMeanwhileByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(
      {.kinds = {Kind::uts}, .inside = [] {
         if (::fork() == 0) {
           for (;;) {
             // Those that it has left are freed later, and count until then.
             must(::unshare(CLONE_NEWUTS | CLONE_NEWIPC) == 0 || errno == ENOSPC, "unshare");
           }
         }
       }});
  const auto movers = children_of(target.pid());
  ASSERT_EQ(movers.size(), 1U);
  ASSERT_TRUE(eventually([&] {
    return namespace_link(movers.front(), Kind::ipc) != namespace_link(::getpid(), Kind::ipc);
  }));
  for (int i = 0; i < 20; ++i) {
    const FrontOutcome outcome = in_child(join_and_wait(
        joining(std::to_string(movers.front()), inside("report"), {Kind::uts, Kind::ipc})));
    EXPECT_TRUE(passed(outcome));
    EXPECT_NE(InsideReport(outcome.output).link(Kind::uts), namespace_link(::getpid(), Kind::uts));
    EXPECT_NE(InsideReport(outcome.output).link(Kind::ipc), namespace_link(::getpid(), Kind::ipc));
  }
  must(::kill(movers.front(), SIGKILL) == 0, "kill");
}

TEST_F(JoinChanging, MayExecuteMeanwhile) {
  const ChildInNamespaces target({.kinds = with_privilege_for({Kind::uts}), .inside = [] {
                                    if (::fork() == 0) {
                                      ::execl("/bin/sh",
                                              "sh",
                                              "-c",
                                              "n=0; while [ $n -lt 400 ]; do n=$((n+1)); "
                                              "/bin/true; done; exec sleep 100",
                                              nullptr);
                                    }
                                  }});
  const auto others = children_of(target.pid());
  ASSERT_EQ(others.size(), 1U);
  for (int i = 0; i < 10; ++i) {
    const FrontOutcome outcome =
        in_child(join_and_wait(joining(std::to_string(others.front()), inside("exit", {"3"}))));
    EXPECT_EQ(outcome.status, 3) << outcome;
  }
  must(::kill(others.front(), SIGKILL) == 0, "kill");
}

}  // namespace
}  // namespace nsplay::test
