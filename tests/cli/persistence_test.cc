// `nsplay create --uts=FILE` and the like: namespaces that live on in files, and `stop FILE`.

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <vector>

#include "cli/plays.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/repetitions.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;
using testing::IsEmpty;

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

class Persistence : public PlaysTest {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return directory_.path() + "/" + name;
  }

  void expect_nothing_left(const std::string& file) const {
    EXPECT_FALSE(exists(file)) << file;
    EXPECT_THAT(place().files(), IsEmpty());
    EXPECT_THAT(read_process_file(::getpid(), "mountinfo"), Not(HasSubstr(directory_.path())));
  }

 private:
  TemporaryDirectory directory_;
};

std::string option_of(Kind kind, const std::string& file) {
  return "--" + std::string(ns::info_of(kind).option) + "=" + file;
}

/// The tests' mnt namespace is not the machine's first, so the kernel may take a new one for the
/// older; it does not when both were made on the same processor.
RunResult create_with_newer_mnt(const Words& words) {
  RunResult result = run_nsplay(words);
  for (int i = 0; i < 100 && result.err.find("Invalid argument") != std::string::npos; ++i) {
    result = run_nsplay(words);
  }
  return result;
}

TEST_F(Persistence, U20OfEachKindOutlivesItsProcessByRoot) {
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    const std::string file = path("file");
    std::string inode;
    {
      const RunResult result = create_with_newer_mnt({"create", "-d", option_of(info.kind, file)});
      EXPECT_EQ(result.status, 0) << result;
      const Subprocess child(leading_pid(result.out));
      inode = namespace_link(child.pid(), info.kind);
    }
    EXPECT_THAT(run_nsplay({"inspect", file}).out, HasSubstr(inode));
    EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
    expect_nothing_left(file);
  }
}

TEST_F(Persistence, OfAllKindsOfAProgramAtOnceByRoot) {
  Words words = {"create"};
  for (const ns::KindInfo& info : ns::all_kinds()) {
    words.push_back(option_of(info.kind, path(std::string(info.name))));
  }
  words.insert(words.end(), {"--hostname", "kept", "--", "true"});
  EXPECT_EQ(create_with_newer_mnt(words).status, 0);
  EXPECT_EQ(run_nsplay({"join", path("uts"), "--", "hostname"}).out, "kept\n");
  Words stop = {"stop"};
  for (const ns::KindInfo& info : ns::all_kinds()) {
    stop.push_back(path(std::string(info.name)));
  }
  EXPECT_EQ(run_nsplay(stop).status, 0);
  expect_nothing_left(path("uts"));
}

TEST_F(Persistence, U4OfAPidNamespaceNeedsNoForkByRoot) {
  Subprocess child = create_detached({"--pid=" + path("pid"), "--", "sleep", "1000"});
  const RunResult inside =
      run_nsplay({"join", "--pid=" + path("pid"), "--", "sh", "-c", "echo $$"});
  EXPECT_EQ(inside.status, 0) << inside;
  EXPECT_EQ(run_nsplay({"stop", path("pid")}).status, 0);
}

/// A mount that passes on to another mnt namespace what is mounted on it.
class SharedMount {
 public:
  explicit SharedMount(std::string path) : path_(std::move(path)) {
    must(::mkdir(path_.c_str(), 0755) == 0, "mkdir");
    must(::mount("tmpfs", path_.c_str(), "tmpfs", 0, nullptr) == 0, "mount");
    must(::mount("none", path_.c_str(), nullptr, MS_SHARED, nullptr) == 0, "share");
    const std::string peer = path_ + "-peer";
    must(::mkdir(peer.c_str(), 0755) == 0, "mkdir");
    must(::mount(path_.c_str(), peer.c_str(), nullptr, MS_BIND, nullptr) == 0, "bind");
  }
  SharedMount(const SharedMount&) = delete;
  SharedMount& operator=(const SharedMount&) = delete;
  ~SharedMount() {
    for (const std::string& mount : {path_ + "-peer", path_}) {
      static_cast<void>(::umount2(mount.c_str(), MNT_DETACH));
      static_cast<void>(::rmdir(mount.c_str()));
    }
  }

 private:
  std::string path_;
};

TEST_F(Persistence, U5OfAMntNamespaceOnASharedMountByRoot) {
  const SharedMount shared(path("shared"));
  const std::string file = path("shared/mnt");
  const std::string before = read_process_file(::getpid(), "mountinfo");
  {
    const RunResult result = create_with_newer_mnt({"create", "-d", "--mount=" + file});
    EXPECT_EQ(result.status, 0) << result;
    const Subprocess child(leading_pid(result.out));
  }
  EXPECT_THAT(run_nsplay({"inspect", file}).out, HasSubstr("mnt:["));
  EXPECT_THAT(run_nsplay({"inspect", path("shared-peer/mnt")}).err,
              HasSubstr("is not a namespace file"));
  EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
  EXPECT_FALSE(exists(file));
  EXPECT_EQ(read_process_file(::getpid(), "mountinfo"), before);
  EXPECT_THAT(place().files(), IsEmpty());
}

TEST_F(Persistence, U20LeavesNothingWhenTheProgramCannotBeExecutedByRoot) {
  for (const char* option : {"--pid", "--ipc", "--detach"}) {
    const RunResult result = run_nsplay({"create",
                                         option,
                                         "--name=web",
                                         "--uts=" + path("uts"),
                                         "--net=" + path("net"),
                                         "--",
                                         "/nowhere/program"});
    EXPECT_EQ(result.status, 127) << result;
    expect_nothing_left(path("uts"));
    EXPECT_FALSE(exists(path("net")));
  }
}

TEST_F(Persistence, LeavesNothingWhenOneOfTheFilesCannotBeMade) {
  const RunResult result =
      run_nsplay({"create", "-d", "--net=" + path("net"), "--uts=/nowhere/uts"});
  EXPECT_TRUE(fails_with(result,
                         {125,
                          "cannot keep uts in a file: open /nowhere: No such file or directory",
                          "a directory that has to be"}));
  expect_nothing_left(path("net"));
}

TEST_F(Persistence, LeavesNothingWhenThePidCannotBeToldByRoot) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  EXPECT_EQ(run_nsplay({"create", "-d", "--uts=" + path("uts")}, options).status, 125);
  expect_nothing_left(path("uts"));
}

TEST_F(Persistence, IsRefusedToAnOrdinaryUserWithTheReasonByRoot) {
  RunOptions options;
  options.as = RunAs::nobody;
  const TemporaryDirectory own;
  must(::chown(own.path().c_str(), 65534, 65534) == 0, "chown");
  options.environment = {{"XDG_RUNTIME_DIR", own.path()}};
  const std::string file = own.path() + "/uts";
  const RunResult result = run_nsplay({"create", "-d", "--uts=" + file}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, HasSubstr("cannot keep uts in a file: mount " + file));
  EXPECT_THAT(result.err, HasSubstr("run as root"));
  EXPECT_FALSE(exists(file));
}

TEST_F(Persistence, LeavesNothingWhenTheStoryCannotBeToldByRoot) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  EXPECT_EQ(run_nsplay({"create", "--uts=" + path("uts"), "--name=web"}, options).status, 125);
  expect_nothing_left(path("uts"));
}

TEST_F(Persistence, IsOneCreatesAloneByRoot) {
  const std::string file = path("uts");
  for (int round = 0; round < repetitions(20); ++round) {
    std::vector<RunningNsplay> makers;
    makers.reserve(6);
    for (int i = 0; i < 6; ++i) {
      makers.push_back(start_nsplay({"create", "--uts=" + file, "--", "true"}));
    }
    int winners = 0;
    for (RunningNsplay& maker : makers) {
      const RunResult result = maker.finish();
      winners += result.status == 0 ? 1 : 0;
      EXPECT_THAT(result.err,
                  testing::AnyOf("",
                                 HasSubstr("is a namespace already"),
                                 HasSubstr("is another create's, which is not ready yet")));
    }
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
    expect_nothing_left(file);
  }
}

TEST_F(Persistence, StopTakesEveryNamespaceAwayByRoot) {
  const std::string file = path("uts");
  EXPECT_EQ(run_nsplay({"create", "--uts=" + file, "--", "true"}).status, 0);
  must(::mount("/proc/self/ns/uts", file.c_str(), nullptr, MS_BIND, nullptr) == 0, "mount");
  EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
  expect_nothing_left(file);
}

/// A child that was made with a file does not hold it against the next create.
TEST_F(Persistence, OfALivingChildCanBeMadeAnewByRoot) {
  const std::string file = path("uts");
  RunningNsplay holder = start_nsplay({"create", "--uts=" + file});
  holder.out().read_line();
  const Subprocess detached = create_detached({"--ipc=" + path("ipc"), "--", "sleep", "1000"});
  for (const std::string& again : {file, path("ipc")}) {
    EXPECT_EQ(run_nsplay({"stop", again}).status, 0);
    EXPECT_EQ(run_nsplay({"create", "--net=" + again, "--", "true"}).status, 0);
    EXPECT_EQ(run_nsplay({"stop", again}).status, 0);
  }
  holder.send_signal(SIGINT);
  EXPECT_EQ(holder.finish().status, 0);
}

TEST_F(Persistence, U20IsUndoneWhenASignalComesByRoot) {
  for (int i = 0; i < repetitions(100); ++i) {
    RunningNsplay maker =
        start_nsplay({"create", "-d", "-a", "--uts=" + path("uts"), "--", "sleep", "1000"});
    ::usleep(static_cast<useconds_t>(i * 100));
    maker.send_signal(SIGTERM);
    const RunResult result = maker.finish();
    if (result.out.empty()) {
      expect_nothing_left(path("uts"));
    } else {
      const Subprocess child(leading_pid(result.out));
      EXPECT_EQ(run_nsplay({"stop", path("uts")}).status, 0);
    }
  }
}

TEST_F(Persistence, KeepsAFileThatWasThereBeforeByRoot) {
  const std::string file = path("uts");
  must(::mknod(file.c_str(), S_IFREG | 0600, 0) == 0, "mknod");
  const Subprocess child = create_detached({"--uts=" + file});
  EXPECT_THAT(run_nsplay({"create", "-d", "--uts=" + file}).err,
              HasSubstr("is a namespace already"));
  EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
  EXPECT_TRUE(exists(file));
  EXPECT_THAT(place().files(), IsEmpty());
}

TEST_F(Persistence, AFileThatWasMadeAndNeverBoundGoesWithStopByRoot) {
  const std::string file = path("uts");
  {
    const Subprocess child = create_detached({"--uts=" + file});
    must(::umount2(file.c_str(), MNT_DETACH) == 0, "umount2");
  }
  std::string text;
  std::getline(std::ifstream(file) >> std::ws, text);
  EXPECT_THAT(text, HasSubstr("nsplay stop removes it"));
  EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
  EXPECT_FALSE(exists(file));
}

TEST_F(Persistence, StopKeepsAFileThatSomebodyHasWrittenToByRoot) {
  const std::string file = path("uts");
  const Subprocess child = create_detached({"--uts=" + file});
  must(::umount2(file.c_str(), MNT_DETACH) == 0, "umount2");
  std::ofstream(file, std::ios::app) << "mine";
  EXPECT_THAT(run_nsplay({"stop", file}).err, HasSubstr("is not a namespace file"));
  EXPECT_TRUE(exists(file));
  must(::unlink(file.c_str()) == 0, "unlink");
}

TEST_F(Persistence, RefusesWhatIsNoFileOfItsOwn) {
  must(::symlink("elsewhere", path("link").c_str()) == 0, "symlink");
  for (const std::string& file : {path("link"), std::string("/tmp"), std::string("/dev/null")}) {
    EXPECT_THAT(run_nsplay({"create", "-d", "--uts=" + file}).err,
                HasSubstr("is not a regular file"))
        << file;
  }
  for (const char* file : {"/", "/tmp/", "/tmp/.", "/tmp/.."}) {
    EXPECT_THAT(run_nsplay({"create", "-d", "--uts=" + std::string(file)}).err,
                HasSubstr("names no file"))
        << file;
  }
  EXPECT_THAT(run_nsplay({"create", "--ipc=" + path("f"), "--uts=" + path("f")}).err,
              HasSubstr("is to keep two namespaces"));
  EXPECT_FALSE(exists(path("f")));
  EXPECT_THAT(children_of(::getpid()), IsEmpty());
}

TEST_F(Persistence, StopRefusesWhatIsNoNamespaceFile) {
  EXPECT_TRUE(fails_with(run_nsplay({"stop", "/etc/passwd"}),
                         {1, "/etc/passwd is not a namespace file", ""}));
  for (const char* missing : {"/nowhere", "./nowhere"}) {
    EXPECT_TRUE(fails_with(run_nsplay({"stop", missing}),
                           {1,
                            "open " + std::string(missing) + ": No such file or directory",
                            "nsplay list -P -o TYPE,MOUNTS shows the files of namespaces"}));
  }
}

/// In every command line that is suggested, a file has the '/' by which stop knows it.
TEST_F(Persistence, StopOfAFileThatIsCalledLikeAPlayIsSuggestedByRoot) {
  RunOptions options;
  options.prepare = [&] { must(::chdir(path("").c_str()) == 0, "chdir"); };
  EXPECT_EQ(run_nsplay({"create", "--uts=kept", "--", "true"}, options).status, 0);
  EXPECT_TRUE(fails_with(
      run_nsplay({"create", "--net=kept", "--", "true"}, options),
      {125, "cannot keep net in a file: kept is a namespace already", "nsplay stop ./kept"}));
  EXPECT_TRUE(fails_with(run_nsplay({"stop", "kept"}, options),
                         {1, "there is no play 'kept': No such process", "nsplay stop ./kept"}));
  EXPECT_EQ(run_nsplay({"stop", "./kept"}, options).status, 0);
  expect_nothing_left(path("kept"));
}

TEST_F(Persistence, StopRefusesALinkToANamespace) {
  must(::symlink("/proc/self/ns/net", path("link").c_str()) == 0, "symlink");
  for (const std::string& file : {std::string("/proc/self/ns/uts"), path("link")}) {
    EXPECT_TRUE(fails_with(run_nsplay({"stop", file}),
                           {1,
                            file + " is a link to a namespace, and no bind mount of one",
                            "a namespace of a process ends with its processes"}));
  }
  EXPECT_TRUE(::unlink(path("link").c_str()) == 0);
}

TEST_F(Persistence, StopIsRefusedToAnOrdinaryUserWithTheReasonByRoot) {
  const MountedNamespace mounted(::getpid(), Kind::uts);
  RunOptions options;
  options.as = RunAs::nobody;
  EXPECT_TRUE(
      fails_with(run_nsplay({"stop", mounted.path()}, options),
                 {2,
                  "umount2 " + mounted.path() + ": Operation not permitted",
                  "an unmount needs CAP_SYS_ADMIN in the user namespace that owns your mnt"}));
}

/// Its mount came along into mounts that belong to another user namespace.
TEST_F(Persistence, StopIsRefusedWhereTheMountIsLockedWithTheReasonByRoot) {
  const MountedNamespace mounted(::getpid(), Kind::uts);
  const RunResult result = run_nsplay({"create",
                                       "--user",
                                       "--map-root-user",
                                       "--mount",
                                       "--",
                                       nsplay_path(),
                                       "stop",
                                       mounted.path()});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("umount2 " + mounted.path() + ": Invalid argument"));
  EXPECT_THAT(result.err, HasSubstr("hint: a mount that came from a mnt namespace with another"));
}

}  // namespace
}  // namespace nsplay::test
