// Programs that cannot be executed where they should run.

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <elf.h>

#include "cli/cli_test.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"

namespace nsplay::test {
namespace {

using ExecFailure = CliTest;
using ns::Kind;

struct Unexecutable {
  std::string program;
  int status = 0;
  std::string cause;
  std::string hint;
};

/// As much of an ELF program of this machine as the kernel reads before it looks for the dynamic
/// linker, which does not exist.
std::string program_without_linker() {
  constexpr std::string_view linker("/nonexistent/ld.so\0", 19);
  Elf64_Ehdr header = {};
  std::ifstream("/proc/self/exe", std::ios::binary)
      .read(reinterpret_cast<char*>(&header), sizeof header);
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  Elf64_Phdr interpreter = {};
  interpreter.p_type = PT_INTERP;
  interpreter.p_offset = sizeof header + sizeof interpreter;
  interpreter.p_filesz = linker.size();
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) +
         std::string(reinterpret_cast<const char*>(&interpreter), sizeof interpreter) +
         std::string(linker);
}

/// What a user meets; the files are made in `scratch`.
std::vector<Unexecutable> unexecutables(const TemporaryDirectory& scratch) {
  const std::string nothing = "No such file or directory";
  const std::string no_interpreter = "its ELF header names does not exist";
  const std::string no_program = "nor a script that begins with #!";
  const auto make = [&](const char* name, std::string_view text) {
    return scratch.file(name, text, 0755);
  };
  return {
      {"nonexistent-program", 127, nothing, "no directory of the PATH"},
      {"/nonexistent/program", 127, nothing, ""},
      {scratch.file("plain", "text", 0644), 126, "Permission denied", "it is not executable"},
      {scratch.path(), 126, "Permission denied", "it is a directory"},
      {make("script", "#!/nonexistent/interpreter\n"), 127, nothing, no_interpreter},
      {make("program", program_without_linker()), 127, nothing, no_interpreter},
      {make("garbage", "\x01\x02\x03\x04"), 126, "Exec format error", no_program},
      {make("empty", ""), 126, "Exec format error", no_program},
  };
}

/// What an ordinary user is told besides does not matter here.
RunResult without_note(RunResult result) {
  const std::string note = note_for_caller();
  if (result.err.starts_with(note)) {
    result.err.erase(0, note.size());
  }
  return result;
}

RunOptions with_path(const std::string& path) {
  RunOptions options;
  options.environment["PATH"] = path;
  return options;
}

void expect_failure(const Words& words, const std::string& doing, const Unexecutable& one) {
  SCOPED_TRACE(testing::PrintToString(words));
  const std::string error = doing + ": execve " + one.program + ": " + one.cause;
  EXPECT_TRUE(fails_with(without_note(run_nsplay(words, with_path("/usr/bin:/bin"))),
                         {one.status, error, one.hint}));
}

constexpr const char* running = "cannot run the program";

TEST_F(ExecFailure, InANewNamespaceTellsByItsStatusWhatIsMissing) {
  const TemporaryDirectory scratch;
  for (const Unexecutable& one : unexecutables(scratch)) {
    expect_failure({"create", "--uts", one.program}, running, one);
    expect_failure({"create", "--pid", one.program}, running, one);
    expect_failure({"create", "--pid", "--no-init", one.program}, running, one);
    expect_failure({"create", "--detach", "--uts", one.program}, running, one);
    expect_failure({"create", "--detach", "--pid", one.program}, running, one);
  }
}

TEST_F(ExecFailure, InATargetTellsByItsStatusWhatIsMissing) {
  const TemporaryDirectory scratch;
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  for (const Unexecutable& one : unexecutables(scratch)) {
    expect_failure({"join", target.expression(), one.program},
                   "cannot run the program in " + target.expression(),
                   one);
  }
}

TEST_F(ExecFailure, DirectoryIsToldToBeOneInTheTargetsMountsToo) {
  const TemporaryDirectory scratch;
  const ChildInNamespaces target(with_privilege_for({Kind::mnt}));
  expect_failure({"join", target.expression(), scratch.path()},
                 "cannot run the program in " + target.expression(),
                 {scratch.path(), 126, "Permission denied", "it is a directory"});
}

TEST_F(ExecFailure, ProgramWithoutANameIsNotFound) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  EXPECT_EQ(run_nsplay({"create", "--uts", "--", ""}).status, 127);
  EXPECT_EQ(run_nsplay({"join", target.expression(), "--", ""}).status, 127);
}

TEST_F(ExecFailure, IsLookedUpOnThePathThatTheProgramGets) {
  const TemporaryDirectory scratch;
  static_cast<void>(scratch.file("only-here", "#!/bin/sh\necho found\n", 0755));
  const Words words{"create", "--uts", "only-here"};
  EXPECT_EQ(run_nsplay(words, with_path("/nonexistent:" + scratch.path())).out, "found\n");
  EXPECT_EQ(run_nsplay(words, with_path("/nonexistent")).status, 127);
}

TEST_F(ExecFailure, FileOnThePathThatMayNotBeExecutedDoesNotHideALaterOne) {
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  static_cast<void>(first.file("twice", "#!/bin/sh\necho first\n", 0644));
  static_cast<void>(second.file("twice", "#!/bin/sh\necho second\n", 0755));
  const Words words{"create", "--uts", "twice"};
  EXPECT_EQ(run_nsplay(words, with_path(first.path() + ":" + second.path())).out, "second\n");
  EXPECT_EQ(run_nsplay(words, with_path(first.path())).status, 126);
}

TEST_F(ExecFailure, DirectoryOnThePathThatMayNotBeSearchedHasNoProgram) {
  const TemporaryDirectory scratch;
  RunOptions options = with_path(scratch.path() + ":/usr/bin:/bin");
  options.as = ::geteuid() == 0 ? RunAs::nobody : RunAs::caller;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0), 0);
  const RunResult result = run_nsplay({"create", "--user", "nonexistent-program"}, options);
  EXPECT_TRUE(
      fails_with(result,
                 {127,
                  "cannot run the program: execve nonexistent-program: No such file or directory",
                  "no directory of the PATH"}));
}

/// A target whose root is an empty directory.
TargetOptions in_an_empty_root(const TemporaryDirectory& scratch) {
  TargetOptions options;
  options.kinds = with_privilege_for({Kind::mnt});
  options.inside = [path = scratch.path()] {
    must(::chroot(path.c_str()) == 0, "chroot");
    must(::chdir("/") == 0, "chdir");
  };
  return options;
}

TEST_F(ExecFailure, TargetWithoutAnyShellIsToldToHaveNone) {
  const TemporaryDirectory scratch;
  const ChildInNamespaces target(in_an_empty_root(scratch));
  EXPECT_TRUE(fails_with(
      run_nsplay({"join", target.expression()}),
      {127,
       "cannot run a shell in " + target.expression() +
           ": the target has no shell: neither $SHELL nor /bin/bash nor /bin/sh exists there",
       "name a program that it has, after --"}));
}

TEST_F(ExecFailure, ProgramOfTheCallerIsNotFoundInATargetThatLacksIt) {
  const TemporaryDirectory scratch;
  const ChildInNamespaces target(in_an_empty_root(scratch));
  const std::string doing = "cannot run the program in " + target.expression() + ": execve ";
  EXPECT_TRUE(fails_with(run_nsplay({"join", target.expression(), "--", "/bin/sh"}),
                         {127,
                          doing + "/bin/sh: No such file or directory",
                          "the path is looked up there, not here"}));
  EXPECT_TRUE(
      fails_with(run_nsplay({"join", target.expression(), "--", "sh"}, with_path("/bin")),
                 {127, doing + "sh: No such file or directory", "no directory of the PATH"}));
}

}  // namespace
}  // namespace nsplay::test
