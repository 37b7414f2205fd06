// newuidmap(1), which an ordinary user's create starts: one that hangs, and one that refuses.

#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "cli/cli_test.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using testing::HasSubstr;
using testing::Not;

Words creation_with_map() {
  return {"create", "--map-users", "0:100000:2", "--", "/bin/true"};
}

class MapProgram : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    // The ordinary user that root becomes has to look into it.
    must(::chmod(directory_.path().c_str(), 0777) == 0, "chmod");
  }

  [[nodiscard]] std::string path_of(const std::string& name) const {
    return directory_.path() + "/" + name;
  }

  void make_program(const std::string& name, const std::string& script) const {
    std::ofstream(path_of(name)) << "#!/bin/sh\n" << script << "\n";
    must(::chmod(path_of(name).c_str(), 0755) == 0, "chmod");
  }

  /// A program in the place of newuidmap, and nothing else, in the PATH of an ordinary user.
  [[nodiscard]] RunOptions with_newuidmap(const std::string& script) const {
    make_program("newuidmap", script);
    RunOptions options;
    options.environment = {{"PATH", directory_.path()}};
    options.as = ::geteuid() == 0 ? RunAs::nobody : RunAs::caller;
    return options;
  }

  /// Whether the process whose pid is in the file is there.
  [[nodiscard]] bool runs() const {
    pid_t pid = 0;
    std::ifstream(path_of("pid")) >> pid;
    // An orphan that has ended is a zombie until this process, which inherits it, looks.
    const std::string state = pid > 0 ? stat_field(pid, 3) : "";
    return !state.empty() && state != "Z";
  }

  /// Interrupts nsplay, and expects that nothing is left.
  void expect_end_by(int signal, const RunOptions& options) const {
    SCOPED_TRACE(signal);
    ::unlink(path_of("pid").c_str());
    RunningNsplay nsplay = start_nsplay(creation_with_map(), options);
    ASSERT_TRUE(eventually([&] { return runs(); }));
    nsplay.send_signal(signal);
    const RunResult result = nsplay.finish();
    if (signal == SIGKILL) {
      EXPECT_EQ(result.status, 128 + SIGKILL);
    } else {
      EXPECT_EQ(result.status, 125);
    }
    EXPECT_TRUE(eventually([&] { return !runs(); }));
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(MapProgram, EndsWithNsplayWhileItHangs) {
  const RunOptions options = with_newuidmap(fmt::format(
      "echo $$ >{0}; /bin/mv {0} {1}; exec /bin/sleep 1000", path_of("new"), path_of("pid")));
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGKILL}) {
    expect_end_by(signal, options);
  }
}

TEST_F(MapProgram, EndsWithWhatItHasStarted) {
  const RunOptions options =
      with_newuidmap(fmt::format("exec 2>&-; /bin/sleep 1000 & echo $! >{0}; /bin/mv {0} {1}; wait",
                                 path_of("new"),
                                 path_of("pid")));
  for (const int signal : {SIGTERM, SIGKILL}) {
    expect_end_by(signal, options);
  }
}

TEST_F(MapProgram, ThatHangsIsInterruptedByASignalWithAName) {
  const RunOptions options = with_newuidmap(fmt::format(
      "echo $$ >{0}; /bin/mv {0} {1}; exec /bin/sleep 1000", path_of("new"), path_of("pid")));
  RunningNsplay nsplay = start_nsplay(creation_with_map(), options);
  ASSERT_TRUE(eventually([&] { return runs(); }));
  nsplay.send_signal(SIGTERM);
  EXPECT_THAT(nsplay.finish().err, HasSubstr(": SIGTERM came before it was ready\n"));
}

TEST_F(MapProgram, WithoutPrivilegesIsToldByTheCure) {
  const RunResult result =
      run_nsplay(creation_with_map(), with_newuidmap("echo 'newuidmap: write: no' >&2; exit 1"));
  EXPECT_THAT(result.err,
              HasSubstr(": newuidmap: write: no\nhint: '" + path_of("newuidmap") +
                        "' has to be set-uid root"));
}

TEST_F(MapProgram, OfRefusedGroupsIsToldByItsOwnCure) {
  const RunResult result = run_nsplay(
      creation_with_map(),
      with_newuidmap("echo 'newuidmap: Target process 5 is owned by a different user: uid:1 "
                     "pw_uid:1 st_uid:1, gid:1000 pw_gid:1 st_gid:1000' >&2; exit 1"));
  EXPECT_THAT(result.err, HasSubstr("change to that group with newgrp(1)\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("set-uid")));
}

/// The ids that a name service gives are in no file.
TEST_F(MapProgram, U13GetsTheIdsThatGetsubidsTells) {
  make_program("getsubids", R"(echo "0: $1 700000 100"; echo "1: $1 900000 5")");
  const RunResult result = run_nsplay({"create", "--map-users", "auto", "--", "/bin/true"},
                                      with_newuidmap(R"(shift; echo "newuidmap: $*" >&2; exit 1)"));
  EXPECT_THAT(result.err, HasSubstr("newuidmap: 0 700000 100 100 900000 5"));
}

/// What takes a privilege away is told only where there is one.
TEST_F(MapProgram, WithPrivilegesIsToldByNoCureOrByWhatTakesThemByRoot) {
  REQUIRE_ROOT();
  RunOptions options = with_newuidmap("echo 'newuidmap: write: no' >&2; exit 1");
  must(::chmod(path_of("newuidmap").c_str(), 04755) == 0, "chmod");
  EXPECT_THAT(run_nsplay(creation_with_map(), options).err, Not(HasSubstr("hint: ")));
  options.prepare = [] { must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "prctl"); };
  EXPECT_THAT(run_nsplay(creation_with_map(), options).err,
              HasSubstr("hint: a nosuid mount or no_new_privs takes the privileges of '"));
}

}  // namespace
}  // namespace nsplay::test
