#include "nsplay/ops/program.h"

#include <cerrno>

#include <gmock/gmock.h>

namespace nsplay::ops {
namespace {

using sys::ExecFailure;
using sys::ExecTrouble;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(FindProgram, LooksAlongThePathOfTheEnvironment) {
  const Environment environment = {"HOME=/", "PATH=/opt/bin:/bin"};
  const sys::Program program = find_program({"id", "-u"}, environment);
  EXPECT_THAT(program.candidates, ElementsAre("/opt/bin/id", "/bin/id"));
  EXPECT_THAT(program.arguments, ElementsAre("id", "-u"));
  EXPECT_EQ(program.environment, environment);
}

TEST(FindProgram, TakesTheStandardPathWhenThereIsNone) {
  for (const Environment& environment : {Environment{}, Environment{"PATH="}}) {
    EXPECT_THAT(find_program({"id"}, environment).candidates,
                ElementsAre("/usr/local/sbin/id",
                            "/usr/local/bin/id",
                            "/usr/sbin/id",
                            "/usr/bin/id",
                            "/sbin/id",
                            "/bin/id"));
  }
}

TEST(FindProgram, TakesAnEmptyDirectoryOfThePathForTheWorkingDirectory) {
  EXPECT_THAT(find_program({"id"}, {"PATH=:/bin::"}).candidates,
              ElementsAre("./id", "/bin/id", "./id", "./id"));
}

TEST(FindProgram, DoesNotSearchForAPath) {
  for (const char* name : {"/bin/id", "./id", "a/b", "id/"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(find_program({name}, {"PATH=/bin"}).candidates, ElementsAre(name));
  }
}

TEST(FindProgram, FindsNothingForAnEmptyName) {
  const sys::Program program = find_program({"", "x"}, {"PATH=/bin"});
  EXPECT_THAT(program.candidates, IsEmpty());
  EXPECT_THAT(program.arguments, ElementsAre("", "x"));
}

TEST(FindShell, PrefersTheCallersShell) {
  EXPECT_THAT(find_shell("/bin/zsh", {}).candidates,
              ElementsAre("/bin/zsh", "/bin/bash", "/bin/sh"));
}

TEST(FindShell, IgnoresAShellThatIsNoAbsolutePath) {
  for (const char* shell : {"", "zsh", "./zsh", "bin/zsh"}) {
    SCOPED_TRACE(shell);
    EXPECT_THAT(find_shell(shell, {}).candidates, ElementsAre("/bin/bash", "/bin/sh"));
  }
}

TEST(FindShell, CallsTheShellByItsOwnName) {
  EXPECT_THAT(find_shell("/bin/zsh", {}).arguments, IsEmpty());
}

TEST(FindShell, HandsTheEnvironmentOn) {
  EXPECT_THAT(find_shell("", {"A=1", "B=2"}).environment, ElementsAre("A=1", "B=2"));
}

TEST(ExecutionError, IsNotFoundWhenNoCandidateExists) {
  const Error error = execution_error({ExecTrouble::not_found, ENOENT}, "frob");
  EXPECT_EQ(error.message(), "execve frob: No such file or directory");
  EXPECT_EQ(error.hint, "no directory of the PATH that it gets has it");
  EXPECT_EQ(error.trouble, Trouble::not_found);
}

TEST(ExecutionError, SaysNothingAboutThePathVariableWhenAPathIsNotFound) {
  const Error error = execution_error({ExecTrouble::not_found, ENOENT}, "/opt/frob");
  EXPECT_EQ(error.message(), "execve /opt/frob: No such file or directory");
  EXPECT_EQ(error.hint, "");
  EXPECT_EQ(error.trouble, Trouble::not_found);
}

TEST(ExecutionError, NamesTheShellsThatWereTried) {
  const Error error = execution_error({ExecTrouble::not_found, ENOENT}, std::nullopt);
  EXPECT_EQ(error.message(),
            "the target has no shell: neither $SHELL nor /bin/bash nor /bin/sh exists there");
  EXPECT_EQ(error.hint, "name a program that it has, after --");
  EXPECT_EQ(error.trouble, Trouble::not_found);
}

TEST(ExecutionError, IsNotFoundWhenTheInterpreterIsMissing) {
  const Error error = execution_error({ExecTrouble::interpreter_not_found, ENOENT}, "./x.py");
  EXPECT_EQ(error.message(), "execve ./x.py: No such file or directory");
  EXPECT_THAT(error.hint, HasSubstr("interpreter"));
  EXPECT_EQ(error.trouble, Trouble::not_found);
}

TEST(ExecutionError, IsNotExecutableWhenPermissionIsMissing) {
  const Error error = execution_error({ExecTrouble::not_executable, EACCES}, "/etc/passwd");
  EXPECT_EQ(error.message(), "execve /etc/passwd: Permission denied");
  EXPECT_THAT(error.hint, HasSubstr("it is not executable there for this user"));
  EXPECT_EQ(error.trouble, Trouble::not_executable);
}

TEST(ExecutionError, SaysThatADirectoryIsOne) {
  const Error error = execution_error({ExecTrouble::directory, EACCES}, "/tmp");
  EXPECT_EQ(error.message(), "execve /tmp: Permission denied");
  EXPECT_EQ(error.hint, "it is a directory");
  EXPECT_EQ(error.trouble, Trouble::not_executable);
}

TEST(ExecutionError, IsNotExecutableWhenItIsNoProgramOfThisMachine) {
  const Error error = execution_error({ExecTrouble::not_executable, ENOEXEC}, "/bin/x");
  EXPECT_EQ(error.message(), "execve /bin/x: Exec format error");
  EXPECT_THAT(error.hint, HasSubstr("architecture"));
  EXPECT_EQ(error.trouble, Trouble::not_executable);
}

TEST(ExecutionError, HasNoHintWhereItKnowsNone) {
  const Error error = execution_error({ExecTrouble::not_executable, ETXTBSY}, "/bin/x");
  EXPECT_EQ(error.message(), "execve /bin/x: Text file busy");
  EXPECT_EQ(error.hint, "");
  EXPECT_EQ(error.trouble, Trouble::not_executable);
}

TEST(ExecutionError, NamesTheShellWhenItCannotBeExecuted) {
  EXPECT_EQ(execution_error({ExecTrouble::not_executable, EACCES}, std::nullopt).message(),
            "execve the shell: Permission denied");
  EXPECT_EQ(execution_error({ExecTrouble::interpreter_not_found, ENOENT}, std::nullopt).message(),
            "execve the shell: No such file or directory");
}

TEST(ExecutionError, DoesNotTakeAnEmptyNameForTheShell) {
  const Error error = execution_error({ExecTrouble::not_found, ENOENT}, "");
  EXPECT_EQ(error.message(), "execve '': No such file or directory");
  EXPECT_EQ(error.hint, "");
  EXPECT_EQ(error.trouble, Trouble::not_found);
}

TEST(ExecutionError, ShowsAHostileNameHarmlessly) {
  for (const ExecFailure& failure : {ExecFailure{ExecTrouble::not_found, ENOENT},
                                     ExecFailure{ExecTrouble::interpreter_not_found, ENOENT},
                                     ExecFailure{ExecTrouble::not_executable, EACCES}}) {
    EXPECT_THAT(execution_error(failure, "a\x1b[2J\nb").message(),
                testing::StartsWith("execve a\\x1b[2J\\nb: "));
  }
}

}  // namespace
}  // namespace nsplay::ops
