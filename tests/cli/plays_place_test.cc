// Where the register of plays is, and what is said where it cannot be.

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "cli/plays.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// An ordinary user with a runtime directory, whoever runs the tests.
class PlaysOfAUser : public PlaysTest {
 protected:
  void SetUp() override {
    PlaysTest::SetUp();
    if (::geteuid() == 0) {
      must(::chown(directory_.path().c_str(), 65534, 65534) == 0, "chown");
    }
  }

  void TearDown() override {
    ::rmdir((directory() + "/nsplay").c_str());
    PlaysTest::TearDown();
  }

  [[nodiscard]] const std::string& directory() const { return directory_.path(); }

  static RunResult run(const Words& words, const std::string& runtime) {
    RunOptions options;
    options.as = ::geteuid() == 0 ? RunAs::nobody : RunAs::caller;
    options.environment = {{"XDG_RUNTIME_DIR", runtime}};
    return run_nsplay(words, options);
  }

  /// As root of a user namespace of that user's, in which /run is not root's.
  static RunResult run_as_inner_root(const Words& words, const std::string& runtime) {
    Words outer = {"create", "--user", "--map-root-user", "--", nsplay_path()};
    outer.insert(outer.end(), words.begin(), words.end());
    return run(outer, runtime);
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(PlaysOfAUser, AsRootOfAUserNamespaceAreInHisDirectory) {
  REQUIRE_USER_NAMESPACES();
  const RunResult made = run_as_inner_root({"create", "-d", "--uts", "--name", "q1"}, directory());
  EXPECT_EQ(made.status, 0) << made;
  const Subprocess child(leading_pid(made.out));
  EXPECT_EQ(::access((directory() + "/nsplay/q1.json").c_str(), F_OK), 0);
  EXPECT_THAT(run_as_inner_root({"list", "--plays"}, directory()).out, HasSubstr("q1"));
  EXPECT_EQ(run({"stop", "q1"}, directory()).status, 0);
}

TEST_F(PlaysOfAUser, AsRootOfAUserNamespaceNeedADirectoryOfHis) {
  REQUIRE_USER_NAMESPACES();
  for (const auto& [runtime, place] :
       {std::pair<std::string, std::string>{"/run", "/run: it is uid "}, {"no/path", "/run: "}}) {
    const RunResult made = run_as_inner_root({"create", "-d", "--uts", "--name", "q1"}, runtime);
    EXPECT_EQ(made.status, 125) << made;
    EXPECT_THAT(made.err, HasSubstr("no place to keep plays in: " + place));
    EXPECT_THAT(made.err,
                HasSubstr("set XDG_RUNTIME_DIR to a directory of your own, by its absolute path"));
  }
}

TEST_F(PlaysOfAUser, WithoutADirectoryAreNoneAndANoteSaysSo) {
  for (const auto& [runtime, reason] :
       {std::pair<std::string, std::string>{"/nonexistent", "No such file or directory"},
        {"/", "it is uid 0's"}}) {
    const RunResult list = run({"list", "--plays"}, runtime);
    EXPECT_EQ(list.status, 0);
    EXPECT_THAT(list.out, HasSubstr("NAME"));
    EXPECT_THAT(list.err, HasSubstr("nsplay: note: no place to keep plays in: " + runtime));
    EXPECT_THAT(list.err, HasSubstr(reason + "; set XDG_RUNTIME_DIR to a directory of your own"));
  }
  EXPECT_THAT(run({"list", "--plays"}, directory()).err, IsEmpty());
}

/// For every command that needs the register.
TEST_F(PlaysOfAUser, InADirectoryOfAnotherOrALinkAreRefusedWithTheCureByRoot) {
  const std::string path = directory() + "/nsplay";
  const std::string cure = "\nhint: see what it is, then move it away: mv " + path + " ";
  for (const Words& words : {Words{"create", "-d", "--user", "--name", "web"},
                             Words{"list", "--plays"},
                             Words{"stop", "web"}}) {
    must(::mkdir(path.c_str(), 0700) == 0, "mkdir");
    const RunResult foreign = run(words, directory());
    EXPECT_THAT(foreign.err,
                AllOf(HasSubstr(path + " belongs to uid 0, not to you"), HasSubstr(cure)));
    must(::rmdir(path.c_str()) == 0, "rmdir");
    must(::symlink("/tmp", path.c_str()) == 0, "symlink");
    const RunResult link = run(words, directory());
    EXPECT_THAT(
        link.err,
        AllOf(HasSubstr(path + " has to be a directory, and no link to one"), HasSubstr(cure)));
    must(::unlink(path.c_str()) == 0, "unlink");
  }
}

}  // namespace
}  // namespace nsplay::test
