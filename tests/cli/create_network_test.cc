// The network of `nsplay create`: the loopback, and the way out that --net-user attaches.

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/plays.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* loopback6 = "00000000000000000000000000000001";
constexpr const char* loopback4 = "127.0.0.1";

class CreateNetwork : public PlaysTest {
 protected:
  [[nodiscard]] const std::string& directory() const { return directory_.path(); }

  /// A program in the place of pasta, and nothing else, in the PATH.
  [[nodiscard]] RunOptions with_pasta(const std::string& script) const {
    const std::string path = directory() + "/pasta";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    EXPECT_EQ(::chmod(path.c_str(), 0755), 0);
    RunOptions options;
    options.environment = {{"PATH", directory()}};
    return options;
  }

  /// One that attaches nothing and runs until it is ended; its pid is in the file.
  [[nodiscard]] RunOptions with_running_pasta() const {
    return with_pasta(fmt::format("echo $$ >{}/pid; echo $$; exec /bin/sleep 1000", directory()));
  }

  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(directory() + "/" + name).rdbuf();
    return text.str();
  }

  [[nodiscard]] bool pasta_runs() const {
    const std::string pid = text_of("pid");
    // An orphan that has ended is a zombie until this process, which inherits it, looks.
    const std::string state = pid.empty() ? "" : stat_field(std::stoi(pid), 3);
    return !state.empty() && state != "Z";
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(CreateNetwork, HasItsLoopbackUpU18) {
  const RunResult result =
      run_nsplay({"create", "--net", "--", "cat", "/proc/net/if_inet6", "/proc/net/fib_trie"});
  EXPECT_THAT(result.out, HasSubstr(loopback6));
  EXPECT_THAT(result.out, HasSubstr(loopback4));
  const Subprocess child = create_detached({"--net"});
  EXPECT_THAT(read_process_file(child.pid(), "net/if_inet6"), HasSubstr(loopback6));
  EXPECT_THAT(read_process_file(child.pid(), "net/fib_trie"), HasSubstr(loopback4));
}

TEST_F(CreateNetwork, HasItsLoopbackDownWhereThatIsAskedFor) {
  const Subprocess child = create_detached({"--net", "--no-loopback"});
  EXPECT_EQ(read_process_file(child.pid(), "net/if_inet6"), "");
  EXPECT_THAT(read_process_file(child.pid(), "net/fib_trie"), Not(HasSubstr(loopback4)));
}

TEST_F(CreateNetwork, RefusesContradictions) {
  EXPECT_TRUE(fails_with(run_nsplay({"create", "--uts", "--no-loopback"}),
                         {125, "--no-loopback is for a new net namespace", "add --net"}));
  EXPECT_TRUE(fails_with(run_nsplay({"create", "--net-user", "--no-loopback"}),
                         {125, "--no-loopback contradicts --net-user", "bring the loopback up"}));
}

TEST_F(CreateNetwork, NamesThePackagesWhereNoProgramIsInstalled) {
  RunOptions options;
  options.environment = {{"PATH", directory()}};
  const RunResult result = run_nsplay({"create", "--net-user", "--", "/bin/true"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, HasSubstr("--net-user: neither pasta nor slirp4netns is installed\n"));
  EXPECT_THAT(result.err,
              HasSubstr("hint: install the package passt, or the package slirp4netns\n"));
}

TEST_F(CreateNetwork, PassesTheLastWordsOfTheProgramOn) {
  const RunOptions options =
      with_pasta("echo first >&2; printf 'no \\033[31mroute\\n' >&2; exit 1");
  const RunResult result = run_nsplay({"create", "--net-user", "--", "/bin/true"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, HasSubstr("--net-user pasta: no \\x1b[31mroute\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("first")));
  EXPECT_TRUE(is_harmless(result.err));
}

TEST_F(CreateNetwork, KnowsTheCureWhereNothingLeadsOut) {
  const RunResult result =
      run_nsplay({"create", "--net-user", "--", "/bin/true"},
                 with_pasta("echo 'External interface not usable' >&2; exit 1"));
  EXPECT_THAT(result.err,
              HasSubstr("--net-user pasta: External interface not usable\n"
                        "hint: pasta needs an interface with a default route outside: ip route add "
                        "default via GATEWAY"));
}

/// Its user namespace is not the caller's, so that it comes as a file.
TEST_F(CreateNetwork, IsTheOwnersWhereThatIsAnotherByRoot) {
  REQUIRE_ROOT();
  const RunOptions options =
      with_pasta(fmt::format("echo \"$*\" >{0}/words; "
                             "echo warning >&2; echo $$ >/proc/self/fd/2; exec /bin/sleep 1000",
                             directory()));
  const RunResult result =
      run_nsplay({"create", "--net-user", "--owner", "1000:1001", "--", "/bin/true"}, options);
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(text_of("words"), HasSubstr("--userns /proc/self/fd/1 --runas 1000:1001"));
}

TEST_F(CreateNetwork, OfAnOwnerWhoMayNotOpenTheDeviceHasTheCureByRoot) {
  REQUIRE_ROOT();
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) {
    GTEST_SKIP() << "there is no /dev/net/tun";
  }
  const RunResult result =
      run_nsplay({"create", "--net-user", "--owner", "1000:1001", "--", "/bin/true"},
                 with_pasta("echo 'Failed to open tun socket in namespace' >&2; exit 1"));
  EXPECT_THAT(result.err, HasSubstr("hint: pasta opens the TUN device as the user that --owner"));
}

TEST_F(CreateNetwork, BoundsTheLastWordsOfTheProgram) {
  const RunOptions options = with_pasta(
      "i=0; while [ $i -lt 5000 ]; do printf xxxxxxxxxx >&2; i=$((i + 1)); done; exit 1");
  const RunResult result = run_nsplay({"create", "--net-user", "--", "/bin/true"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, HasSubstr("pasta: xxx"));
  EXPECT_LT(result.err.size(), 1000U);
}

TEST_F(CreateNetwork, TellsTheStatusOfAProgramThatSaysNothing) {
  const RunResult result =
      run_nsplay({"create", "--net-user", "--", "/bin/true"}, with_pasta("exit 3"));
  EXPECT_THAT(result.err, HasSubstr("--net-user pasta: it ended with status 3\n"));
}

TEST_F(CreateNetwork, IsThereBeforeTheProgramRuns) {
  const RunOptions options = with_pasta(fmt::format(
      "/bin/sleep 0.2; echo yes >{}/attached; echo $$; exec /bin/sleep 1000", directory()));
  const RunResult result =
      run_nsplay({"create", "--net-user", "--", "/bin/cat", directory() + "/attached"}, options);
  EXPECT_EQ(result.out, "yes\n") << result;
}

TEST_F(CreateNetwork, HandsItsProgramNoFileAndNoTerminal) {
  const RunOptions options = with_pasta(fmt::format(
      "/bin/ls -l /proc/self/fd >{0}/files; echo $$; exec /bin/sleep 1000", directory()));
  ASSERT_EQ(run_nsplay({"create", "--net-user", "--", "/bin/true"}, options).status, 0);
  const std::string files = text_of("files");
  EXPECT_THAT(files, HasSubstr(" 0 -> net:["));
  EXPECT_THAT(files, Not(HasSubstr(" 4 -> ")));  // 3 is the directory that ls reads
}

TEST_F(CreateNetwork, EndsItsProgramWithADetachedChild) {
  const RunOptions options = with_running_pasta();
  const RunResult result = run_nsplay({"create", "-d", "--net-user"}, options);
  Subprocess child(leading_pid(result.out));
  EXPECT_TRUE(pasta_runs()) << result;
  child.end();
  EXPECT_TRUE(eventually([&] { return !pasta_runs(); }));
}

TEST_F(CreateNetwork, EndsItsProgramWithTheEndOfTheForeground) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    RunningNsplay nsplay = start_nsplay({"create", "--net-user"}, with_running_pasta());
    read_pid_of_child(nsplay.out());
    EXPECT_TRUE(pasta_runs());
    nsplay.send_signal(signal);
    nsplay.finish();
    EXPECT_TRUE(eventually([&] { return !pasta_runs(); }));
  }
}

TEST_F(CreateNetwork, EndsItsProgramWhereTheOtherCannotBeExecuted) {
  const RunResult result =
      run_nsplay({"create", "-d", "--net-user", "--", "/nowhere/program"}, with_running_pasta());
  EXPECT_EQ(result.status, 127) << result;
  EXPECT_TRUE(eventually([&] { return !pasta_runs(); }));
}

/// What the program has started keeps its pipes open, and has to end as well.
TEST_F(CreateNetwork, EndsWhileItsProgramHangs) {
  const RunOptions options = with_pasta(fmt::format(
      "/bin/sleep 1000 & echo $! >{0}/new; /bin/mv {0}/new {0}/pid; wait", directory()));
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGKILL}) {
    ::unlink((directory() + "/pid").c_str());
    RunningNsplay nsplay = start_nsplay({"create", "--net-user", "--", "/bin/true"}, options);
    ASSERT_TRUE(eventually([&] { return pasta_runs(); }));
    nsplay.send_signal(signal);
    const RunResult result = nsplay.finish();
    EXPECT_EQ(result.status, signal == SIGKILL ? 128 + SIGKILL : 125) << result;
    EXPECT_TRUE(eventually([&] { return !pasta_runs(); }));
  }
}

TEST_F(CreateNetwork, FailsWithItsProgramWhateverThatHasLeftBehind) {
  const RunResult result =
      run_nsplay({"create", "--net-user", "--", "/bin/true"},
                 with_pasta(fmt::format("/bin/sleep 1000 & echo $! >{}/pid; echo no >&2; exit 1",
                                        directory())));
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, HasSubstr("--net-user pasta: no\n"));
  EXPECT_TRUE(eventually([&] { return !pasta_runs(); }));
}

/// A machine as far as the network goes: a default route that leads nowhere, and a web server on
/// its loopback. $1: the PATH for nsplay, $2: the gateway inside, $3: who runs nsplay,
/// $4: an option.
constexpr const char* in_a_machine =
    "set -e; mount -t proc proc /proc; mount -t tmpfs tmpfs /mnt; "
    "mknod -m 666 /mnt/tun c 10 200; mount --bind /mnt/tun /dev/net/tun; "
    "ip link add outer type veth peer name far; ip link set far up; ip link set outer up; "
    "ip address add 192.0.2.2/24 dev outer; ip route add default via 192.0.2.1; "
    "echo hello >/mnt/hello; busybox httpd -p 127.0.0.1:8080 -h /mnt; "
    "exec $3 env PATH=$1 $0 create --net-user $4 -- /bin/busybox wget -q -O - http://$2:8080/hello";

class NetUser : public CreateNetwork {
 protected:
  /// A PATH that has this one alone.
  [[nodiscard]] std::string path_with(const std::string& program) const {
    const std::string found = "/usr/bin/" + program;
    must(::symlink(found.c_str(), (directory() + "/" + program).c_str()) == 0, "symlink");
    must(::chmod(directory().c_str(), 0755) == 0, "chmod");
    return directory();
  }

  void expect_way_out(const std::string& program, const std::string& gateway) const {
    const std::string path = path_with(program);
    const std::string nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    const std::pair<std::string, std::string> cases[] = {
        {"", ""}, {nobody, ""}, {"", "--owner=1000:1001"}};
    for (const auto& [user, option] : cases) {
      const RunResult result = run_nsplay({"create",
                                           "--net",
                                           "--mount",
                                           "--pid",
                                           "--",
                                           "sh",
                                           "-c",
                                           in_a_machine,
                                           nsplay_path(),
                                           path,
                                           gateway,
                                           user,
                                           option});
      EXPECT_EQ(result.out, "hello\n") << result << user << option;
      EXPECT_EQ(result.status, 0) << user << option;
    }
  }
};

TEST_F(NetUser, ReachesTheMachineThroughPastaByRoot) {
  if (::access("/usr/bin/pasta", X_OK) != 0) {
    GTEST_SKIP() << "pasta is not installed";
  }
  expect_way_out("pasta", "192.0.2.1");
}

TEST_F(NetUser, ReachesTheMachineThroughSlirp4netnsByRoot) {
  if (::access("/usr/bin/slirp4netns", X_OK) != 0) {
    GTEST_SKIP() << "slirp4netns is not installed";
  }
  expect_way_out("slirp4netns", "10.0.2.2");
}

}  // namespace
}  // namespace nsplay::test
