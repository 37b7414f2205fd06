// The init of a program in a new pid namespace: a program of its own where the kernel executes
// that, and nsplay where it does not.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/init/image.h"
#include "nsplay/sys/process.h"

#include "kernel/front.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::Not;
using testing::StartsWith;

constexpr const char* own_file = "/memfd:nsplay-init (deleted)";

class CreateInitProgram : public LeakCheck {};

ops::CreateRequest creation_with_init(Words program) {
  return creation_of({Kind::pid}, std::move(program));
}

/// The front process, its init and a program that waits.
class RunningInit {
 public:
  explicit RunningInit(ops::CreateRequest request, const Preparation& preparation = {})
      : front_(create_and_wait(std::move(request), preparation)), pid_(front_.child()) {
    front_.output().read_line_after("ready ");
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

  [[nodiscard]] std::string program_file() const { return read_process_link(pid_, "exe"); }

  FrontOutcome end() {
    front_.send_signal(SIGTERM);
    return front_.finish();
  }

 private:
  FrontProcess front_;
  pid_t pid_;
};

TEST_F(CreateInitProgram, ImageHasOnePlaceForItsOrders) {
  const std::string_view image = sys::init_image();
  const std::size_t place = image.find(sys::init_orders_mark);
  ASSERT_LT(place + sizeof(sys::InitOrders), image.size());
  EXPECT_EQ(place % alignof(sys::InitOrders), 0U);
  EXPECT_EQ(image.find(sys::init_orders_mark, place + 1), std::string_view::npos);
}

TEST_F(CreateInitProgram, IsAProgramOfItsOwn) {
  RunningInit init(creation_with_init(inside("leave-orphans", {"0"})));
  // The front process tells of the child once the exec is done, or, where it forks, before.
  EXPECT_TRUE(eventually([&] { return init.program_file() == own_file; }));
  EXPECT_TRUE(eventually([&] { return read_process_file(init.pid(), "comm") == "nsplay-init\n"; }));
  const std::string command = read_process_file(init.pid(), "cmdline");
  EXPECT_THAT(command, StartsWith(std::string("nsplay-init\0--\0", 15)));
  EXPECT_EQ(init.end().status, 128 + SIGTERM);
}

/// What nobody may execute, and what nobody may make, has nsplay serve as it is.
TEST_F(CreateInitProgram, IsNsplayWhereTheProgramIsNotToBeHad) {
  for (const long denied : {SYS_execveat, SYS_memfd_create}) {
    RunningInit init(creation_with_init(inside("leave-orphans", {"0"})),
                     [&] { deny_syscall(denied, EACCES); });
    EXPECT_EQ(init.program_file(), read_process_link(::getpid(), "exe"));
    EXPECT_EQ(init.end().status, 128 + SIGTERM);
  }
}

/// Else it could not end a program with other ids than its own.
TEST_F(CreateInitProgram, IsNsplayWhereItWouldLoseItsCapabilities) {
  auto request = creation_of({Kind::user, Kind::pid}, inside("leave-orphans", {"0"}));
  request.ids.map_current_user = true;
  RunningInit init(std::move(request), &become_ordinary_user);
  EXPECT_EQ(init.program_file(), read_process_link(::getpid(), "exe"));
  EXPECT_EQ(init.end().status, 128 + SIGTERM);
}

/// As systemd's MemoryDenyWriteExecute has it.
TEST_F(CreateInitProgram, NeedsNoMemoryThatIsBothWrittenAndExecuted) {
  constexpr int set_mdwe = 65;  // PR_SET_MDWE
  constexpr unsigned long refuse_exec_gain = 1;
  const FrontOutcome outcome =
      in_child(create_and_wait(creation_with_init(inside("exit", {"4"})), [] {
        must(::prctl(set_mdwe, refuse_exec_gain, 0, 0, 0) == 0 || errno == EINVAL, "PR_SET_MDWE");
      }));
  EXPECT_EQ(outcome.status, 4) << outcome;
}

/// What ends before it has executed anything was never ready.
TEST_F(CreateInitProgram, ThatEndsBeforeItIsOneIsAnErrorByRoot) {
  REQUIRE_ROOT();
  for (const auto init : {ops::Init::reaping, ops::Init::program}) {
    auto request = creation_with_init(inside("exit", {"4"}));
    request.init = init;
    request.hostname = "killed";
    const Error error = error_of(request, [] { kill_who_calls(SYS_sethostname); });
    EXPECT_THAT(error.message(), testing::HasSubstr("ended with status 159 before it was ready"));
    EXPECT_THAT(error.hint, testing::HasSubstr("seccomp filters"));
  }
}

/// Detached, it has to be told that somebody knows of it first.
TEST_F(CreateInitProgram, OfADetachedProgramIsOneToo) {
  const FrontOutcome outcome = in_child([] {
    auto request = creation_with_init(inside("wait"));
    request.attachment = ops::Attachment::detached;
    auto creation = ops::create(request);
    ASSERT_TRUE(creation) << creation.error().message();
    const pid_t pid = creation->pid;
    creation->release();
    EXPECT_TRUE(eventually([&] { return read_process_link(pid, "exe") == own_file; }));
    EXPECT_TRUE(has_null_streams_and_no_file(pid));
    must(::kill(pid, SIGKILL) == 0, "kill");
    EXPECT_EQ(wait_for_child(pid), 128 + SIGKILL);
  });
  EXPECT_TRUE(passed(outcome));
}

/// Whoever reads a pipe that the program has written to sees its end when the program closes it.
TEST_F(CreateInitProgram, KeepsNoneOfTheProgramsFilesOpen) {
  PipeEnds pipe = open_pipe();
  const sys::UniqueFd inherited(::dup(pipe.write_end.get()));  // NOLINT(android-cloexec-dup)
  RunningInit init(creation_with_init(inside("leave-orphans", {"0"})));
  EXPECT_TRUE(eventually([&] { return init.program_file() == own_file; }));
  const std::string link = descriptors_of(::getpid()).at(inherited.get());
  for (const auto& [number, other] : descriptors_of(init.pid())) {
    EXPECT_NE(other, link) << number;
    EXPECT_GT(number, STDERR_FILENO);
  }
  EXPECT_EQ(init.end().status, 128 + SIGTERM);
}

/// A change of the program's environment is for the init as well: everybody in there can read it.
TEST_F(CreateInitProgram, HasTheProgramsEnvironment) {
  auto request = creation_with_init(inside("leave-orphans", {"0"}));
  request.environment.set = {"NSPLAY_TEST_SET=there"};
  request.environment.unset = {"NSPLAY_TEST_SECRET"};
  RunningInit init(std::move(request), [] { set_variable("NSPLAY_TEST_SECRET", "x"); });
  EXPECT_TRUE(eventually([&] {
    const std::string environment = read_process_file(init.pid(), "environ");
    EXPECT_THAT(environment, Not(testing::HasSubstr("NSPLAY_TEST_SECRET")));
    return environment.find("NSPLAY_TEST_SET=there") < environment.size();
  }));
  EXPECT_EQ(init.end().status, 128 + SIGTERM);
}

/// Its own memory is nobody else's when the child is ready, and as open to others as before.
TEST_F(CreateInitProgram, LeavesTheFrontProcessAsItWas) {
  const FrontOutcome outcome = in_child([] {
    const sys::Dumpable before = sys::own_dumpability();
    for (const auto init : {ops::Init::reaping, ops::Init::program}) {
      auto request = creation_with_init(inside("exit", {"4"}));
      request.init = init;
      auto creation = ops::create(request);
      ASSERT_TRUE(creation) << creation.error().message();
      EXPECT_EQ(sys::own_dumpability(), before);
      EXPECT_EQ(creation->session->wait().value_or(-1), 4);
    }
  });
  EXPECT_TRUE(passed(outcome));
}

/// It is for nobody else: what is in the namespace can reach the file.
TEST_F(CreateInitProgram, ServesNobodyElse) {
  RunningInit init(creation_with_init(inside("leave-orphans", {"0"})));
  EXPECT_TRUE(eventually([&] { return init.program_file() == own_file; }));
  PipeEnds pipe = open_pipe();
  const pid_t other = ::fork();
  if (other == 0) {
    ::dup2(pipe.write_end.get(), STDERR_FILENO);
    const std::string file = "/proc/" + std::to_string(init.pid()) + "/exe";
    ::execl(file.c_str(), "x", nullptr);
    ::_exit(1);
  }
  pipe.write_end.reset();
  EXPECT_EQ(wait_for_child(other), 126);
  EXPECT_THAT(PipeReader(std::move(pipe.read_end)).read_rest(),
              testing::HasSubstr("runs nothing for others"));
  EXPECT_EQ(init.end().status, 128 + SIGTERM);
}

}  // namespace
}  // namespace nsplay::test
