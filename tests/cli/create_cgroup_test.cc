// `nsplay create --cgroup-path`: what is left of the cgroup after each way in which a child ends.

#include <unistd.h>

#include <csignal>
#include <optional>
#include <string>

#include "cli/plays.h"
#include "support/cgroup.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using testing::HasSubstr;

class CreateCgroupCli : public PlaysTest {
 protected:
  void SetUp() override {
    PlaysTest::SetUp();
    REQUIRE_ROOT();
    REQUIRE_CGROUPS("cgroup2");
    cgroup_.emplace("cgroup2", "cli");
  }

  void TearDown() override {
    cgroup_.reset();
    PlaysTest::TearDown();
  }

  [[nodiscard]] std::string path() const { return cgroup_->path() + "/made"; }

  [[nodiscard]] bool exists() const {
    return ::access((*Cgroup::mount_of("cgroup2") + path()).c_str(), F_OK) == 0;
  }

 private:
  std::optional<Cgroup> cgroup_;
};

TEST_F(CreateCgroupCli, GoesWithTheProgramByRoot) {
  const RunResult result =
      run_nsplay({"create", "-u", "--cgroup-path", path(), "--", "cat", "/proc/self/cgroup"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("0::" + path() + "\n"));
  EXPECT_FALSE(exists());
}

TEST_F(CreateCgroupCli, GoesWithWhatTheProgramMadeInItByRoot) {
  const RunResult result =
      run_nsplay({"create",
                  "-C",
                  "-m",
                  "--cgroup-path",
                  path(),
                  "--",
                  "sh",
                  "-c",
                  "mount -t cgroup2 none /tmp && mkdir -p /tmp/sub/inner /tmp/other"});
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_FALSE(exists());
}

TEST_F(CreateCgroupCli, OfAPlayGoesWithStopByRoot) {
  const Subprocess child = create_play("web", {"--uts", "--cgroup-path", path()});
  EXPECT_THAT(read_process_file(child.pid(), "cgroup"), HasSubstr("0::" + path() + "\n"));
  EXPECT_EQ(run_nsplay({"inspect", "play:web"}).status, 0);
  EXPECT_TRUE(exists());
  EXPECT_EQ(run_nsplay({"stop", "web"}).status, 0);
  EXPECT_FALSE(exists());
}

TEST_F(CreateCgroupCli, OfADetachedChildGoesWithTheNextCommandByRoot) {
  for (const Words& next : {Words{"list", "--plays"}, Words{"inspect", "self"}}) {
    Subprocess child = create_detached({"--uts", "--cgroup-path", path()});
    EXPECT_TRUE(exists());
    child.send_signal(SIGTERM);
    EXPECT_EQ(child.wait(), 0);
    EXPECT_EQ(run_nsplay(next).status, 0);
    EXPECT_FALSE(exists());
  }
}

TEST_F(CreateCgroupCli, IsKeptFromAnOrdinaryUserInOneLineByRoot) {
  RunOptions options;
  options.as = RunAs::nobody;
  const RunResult result =
      run_nsplay({"create", "-u", "--cgroup-path", path(), "--", "true"}, options);
  EXPECT_TRUE(fails_with(
      result,
      {125,
       "cannot create user, uts: mkdir cgroup " + path().substr(1) + ": Permission denied",
       "run as root, or below a cgroup that is delegated to you"}));
}

}  // namespace
}  // namespace nsplay::test
