// The options of create that mount something: how they are written, and what is said when they
// fail.

#include <unistd.h>

#include <filesystem>

#include "cli/cli_test.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using CreateMounts = CliTest;

/// What was tried, with what an ordinary user gets added.
std::string doing() {
  return ::geteuid() == 0 ? "cannot create mnt: " : "cannot create mnt, user: ";
}

struct Wrong {
  Words options;
  ExpectedFailure failure;
};

void expect_failures(const std::vector<Wrong>& cases) {
  for (const Wrong& one : cases) {
    SCOPED_TRACE(testing::PrintToString(one.options));
    Words words{"create"};
    words.insert(words.end(), one.options.begin(), one.options.end());
    words.insert(words.end(), {"--", "true"});
    EXPECT_TRUE(fails_with(run_nsplay(words), one.failure));
  }
}

TEST_F(CreateMounts, ValuesThatMakeNoSenseAreNamed) {
  const std::string as_in = "as in --bind /srv/data:/data:ro";
  expect_failures({
      {{"--bind", "/a"}, {125, "--bind wants SRC:DST or SRC:DST:ro, not '/a'", as_in}},
      {{"--bind", "/a:/b:rx"}, {125, "--bind wants SRC:DST or SRC:DST:ro, not '/a:/b:rx'", as_in}},
      {{"--bind", ":/b\x1b"}, {125, "--bind wants SRC:DST or SRC:DST:ro, not ':/b\\x1b'", as_in}},
      {{"--bind", "/a:"}, {125, "--bind /a:'' names no place", ""}},
      {{"--tmpfs", "/"}, {125, "--tmpfs /: nothing is mounted on a root directory", "--root DIR"}},
      {{"--mount-proc=/"}, {125, "--mount-proc: nothing is mounted on a root directory", "--root"}},
      {{"--mount-proc="}, {125, "--mount-proc has an empty value", "create --help"}},
      {{"--propagation", "rshared"},
       {125, "--propagation wants private, shared, slave or unchanged, not 'rshared'", ""}},
      {{"--root", "/a", "-R/b"}, {125, "--root is given twice", ""}},
      {{"-w", "/"}, {125, "no namespace to create", "name at least one"}},
      {{"--dev", "--propagation=shared"},
       {125, "--dev contradicts --propagation shared and unchanged", "private or slave"}},
      {{"--root=/", "--propagation", "unchanged"},
       {125, "--root contradicts --propagation shared and unchanged", "private or slave"}},
  });
}

TEST_F(CreateMounts, WhatIsNotThereIsNamed) {
  expect_failures({
      {{"--root", "/nonexistent"},
       {125, doing() + "--root: open /nonexistent: No such file or directory", ""}},
      {{"--bind", "/nonexistent:/mnt"},
       {125,
        doing() + "--bind /nonexistent:/mnt: open /nonexistent: No such file or directory",
        ""}},
      {{"-m", "-w/nonexistent"},
       {125, doing() + "--wd: chdir /nonexistent: No such file or directory", ""}},
  });
}

TEST_F(CreateMounts, MountInTheOrderInWhichTheyAreGiven) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory place;
  const TemporaryDirectory source;
  const std::string file = source.file("file", "", 0644);
  const std::string bind = source.path() + ":" + place.path();
  const Words list{"--", "ls", place.path()};
  Words words{"create", "--tmpfs", place.path(), "--bind", bind};
  words.insert(words.end(), list.begin(), list.end());
  EXPECT_EQ(run_nsplay(words).out, "file\n");
  words = {"create", "--bind=" + bind, "--tmpfs=" + place.path()};
  words.insert(words.end(), list.begin(), list.end());
  EXPECT_EQ(run_nsplay(words).out, "");
}

TEST_F(CreateMounts, WorkingDirectoryIsTheOneThatIsMounted) {
  REQUIRE_USER_NAMESPACES();
  const TemporaryDirectory place;
  const TemporaryDirectory source;
  const std::string file = source.file("file", "", 0644);
  const RunResult result = run_nsplay(
      {"create", "-w" + place.path(), "--bind", source.path() + ":" + place.path(), "--", "ls"});
  EXPECT_EQ(result.out, "file\n");
  EXPECT_EQ(result.err, note_for_caller());
}

TEST_F(CreateMounts, DetachedChildStaysInTheDirectory) {
  REQUIRE_USER_NAMESPACES();
  const auto directory_of = [](const Subprocess& child) {
    return std::filesystem::read_symlink("/proc/" + std::to_string(child.pid()) + "/cwd").string();
  };
  EXPECT_EQ(directory_of(create_detached({"-u", "--wd", "/usr"})), "/usr");
  EXPECT_EQ(directory_of(create_detached({"-u"})), "/");
}

}  // namespace
}  // namespace nsplay::test
