// `nsplay stop --in TARGET FILE`: namespaces that are bound on files in other mount namespaces.

#include <grp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "cli/plays.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

void make_empty_file(const std::string& path) {
  must(::mknod(path.c_str(), S_IFREG | 0600, 0) == 0, "mknod");
}

/// A mount namespace in which the directory has a file system of its own; on its file "ns" the
/// keeper's uts namespace is bound.
TargetOptions with_bound_file(const std::string& directory) {
  return {
      .kinds = with_privilege_for({Kind::mnt, Kind::uts}), .inside = [directory] {
        must(::mount("tmpfs", directory.c_str(), "tmpfs", 0, nullptr) == 0, "mount a tmpfs");
        make_empty_file(directory + "/ns");
        make_empty_file(directory + "/file");
        must(::mkdir((directory + "/inner").c_str(), 0755) == 0, "mkdir");
        must(::symlink("/proc/self/ns/uts", (directory + "/link").c_str()) == 0, "symlink");
        must(::symlink("..", (directory + "/inner/up").c_str()) == 0, "symlink");
        must(::mount("/proc/self/ns/uts", (directory + "/ns").c_str(), nullptr, MS_BIND, nullptr) ==
                 0,
             "bind");
      }};
}

class StopElsewhere : public PlaysTest {
 protected:
  [[nodiscard]] const std::string& directory() const { return directory_.path(); }
  [[nodiscard]] std::string path(const std::string& name) const {
    return directory_.path() + "/" + name;
  }

 private:
  TemporaryDirectory directory_;
};

/// Whether a file is a mount point there.
bool is_bound_in(const ChildInNamespaces& target, const std::string& path) {
  return read_process_file(target.pid(), "mountinfo").find(" " + path + " ") != std::string::npos;
}

std::string mounts_of(const ChildInNamespaces& target) {
  return "mnt:" + std::to_string(namespace_inode(target.pid(), Kind::mnt));
}

TEST_F(StopElsewhere, UnbindsThereAndKeepsTheFile) {
  const ChildInNamespaces target(with_bound_file(directory()));
  ASSERT_TRUE(is_bound_in(target, path("ns")));
  for (const std::string& where :
       {mounts_of(target), namespace_link(target.pid(), Kind::mnt), target.expression()}) {
    SCOPED_TRACE(where);
    const ChildInNamespaces other(with_bound_file(directory()));
    const bool is_process = where == target.expression();
    const std::string place = is_process ? other.expression() : mounts_of(other);
    const RunResult result = run_nsplay({"stop", "--in", place, path("ns")});
    EXPECT_EQ(result.status, 0) << result;
    EXPECT_EQ(result.out + result.err, "");
    EXPECT_FALSE(is_bound_in(other, path("ns")));
    EXPECT_TRUE(fails_with(run_nsplay({"stop", "--in", place, path("ns")}),
                           {1,
                            "cannot unbind in " + namespace_link(other.pid(), Kind::mnt) + ": " +
                                path("ns") + " is not a namespace file",
                            ""}));
  }
  // The negative control: that of nobody who was named.
  EXPECT_TRUE(is_bound_in(target, path("ns")));
}

TEST_F(StopElsewhere, FindsFilesOfAProcessBelowItsRootAlone) {
  const std::string root = path("inner");
  TargetOptions options = with_bound_file(directory());
  options.inside = [make = options.inside, root] {
    make();
    must(::chroot(root.c_str()) == 0, "chroot");
  };
  const ChildInNamespaces target(options);
  const RunResult result = run_nsplay({"stop", "--in", target.expression(), "/up/ns"});
  EXPECT_EQ(result.status, 1) << result;
  EXPECT_THAT(result.err, HasSubstr(": open /up/ns: No such file or directory"));
  EXPECT_THAT(result.err, HasSubstr("hint: FILE is looked up from the root directory of TARGET"));
  EXPECT_EQ(run_nsplay({"stop", "--in", mounts_of(target), path("inner/up/ns")}).status, 0);
}

TEST_F(StopElsewhere, SaysWhatIsNoBoundFile) {
  const ChildInNamespaces target(with_bound_file(directory()));
  const std::string where = mounts_of(target);
  const std::string begin = "cannot unbind in " + namespace_link(target.pid(), Kind::mnt) + ": ";
  EXPECT_TRUE(fails_with(run_nsplay({"stop", "--in", where, path("file")}),
                         {1, begin + path("file") + " is not a namespace file", ""}));
  EXPECT_TRUE(fails_with(
      run_nsplay({"stop", "--in", where, path("none")}),
      {1, begin + "open " + path("none") + ": No such file or directory", "nsplay holders"}));
  EXPECT_TRUE(
      fails_with(run_nsplay({"stop", "--in", where, path("link")}),
                 {1,
                  begin + path("link") + " is a link to a namespace, and no bind mount of one",
                  "own path"}));
  EXPECT_TRUE(is_bound_in(target, path("ns")));
}

/// The magic links of /proc lead to other roots.
TEST_F(StopElsewhere, FollowsNoLinkOfProc) {
  const ChildInNamespaces target(with_bound_file(directory()));
  const RunResult result = run_nsplay(
      {"stop", "--in", mounts_of(target), "/proc/" + target.expression() + "/root" + path("ns")});
  EXPECT_THAT(result.err, HasSubstr("Too many levels of symbolic links"));
  EXPECT_NE(result.status, 0);
  EXPECT_TRUE(is_bound_in(target, path("ns")));
}

TEST_F(StopElsewhere, IsOfFilesAndOfMountNamespaces) {
  const ChildInNamespaces target(with_privilege_for({Kind::uts}));
  const std::string uts = namespace_link(target.pid(), Kind::uts);
  const struct {
    Words words;
    ExpectedFailure failure;
  } cases[] = {
      {{"--in", uts, "/ns"}, {2, uts + " is no mnt namespace", "a process that is in it"}},
      {{"--in", "self", "web"}, {2, "--in is for a FILE, and 'web' is a NAME", "from '/' on"}},
      {{"--in", "self", "./ns"}, {2, "'./ns' does not begin with '/'", "root directory of TARGET"}},
      {{"--in", "self"}, {2, "--in needs a FILE", "/run/kept"}},
      {{"--in", "self", "--all"}, {2, "--in contradicts --all", "end at once"}},
      {{"--in", "self", "--timeout=1s", "/ns"}, {2, "--in contradicts --timeout", "end at once"}},
  };
  for (const auto& [words, failure] : cases) {
    Words stop{"stop"};
    stop.insert(stop.end(), words.begin(), words.end());
    EXPECT_TRUE(fails_with(run_nsplay(stop), failure));
  }
  EXPECT_EQ(run_nsplay({"stop", "--in", "no-such-play", "/ns"}).status, 1);
}

/// Whose mount namespace an ordinary user may not enter.
TEST_F(StopElsewhere, NeedsTheRightToEnterByRoot) {
  REQUIRE_ROOT();
  TargetOptions bound = with_bound_file(directory());
  bound.inside = [make = bound.inside] {
    make();
    must(::setgroups(0, nullptr) == 0 && ::setgid(65534) == 0 && ::setuid(65534) == 0, "setuid");
  };
  const ChildInNamespaces target(bound);
  RunOptions options;
  options.as = RunAs::nobody;
  const RunResult result = run_nsplay({"stop", "--in", target.expression(), path("ns")}, options);
  const std::string name = namespace_link(target.pid(), Kind::mnt);
  EXPECT_TRUE(fails_with(result,
                         {2,
                          "cannot enter " + name + ": setns " + name + ": Operation not permitted",
                          "run as root"}));
  EXPECT_TRUE(is_bound_in(target, path("ns")));
}

/// A file that create made there is removed there, and nothing is left of it.
TEST_F(StopElsewhere, RemovesAFileThatCreateMadeThereByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(with_bound_file(directory()));
  const RunResult made = run_nsplay({"join",
                                     target.expression(),
                                     "--",
                                     nsplay_path(),
                                     "create",
                                     "--uts=" + path("made"),
                                     "--",
                                     "true"});
  ASSERT_EQ(made.status, 0) << made;
  ASSERT_TRUE(is_bound_in(target, path("made")));
  EXPECT_EQ(run_nsplay({"stop", "--in", mounts_of(target), path("made")}).status, 0);
  const std::string inside = "/proc/" + target.expression() + "/root";
  EXPECT_NE(::access((inside + path("made")).c_str(), F_OK), 0);
  EXPECT_EQ(::access((inside + path("ns")).c_str(), F_OK), 0);
}

/// The kernel unmounts a file everywhere when it is removed.
TEST_F(StopElsewhere, KeepsAFileThatIsBoundHereTooByRoot) {
  REQUIRE_ROOT();
  const std::string file = path("both");
  ASSERT_EQ(run_nsplay({"create", "--uts=" + file, "--", "true"}).status, 0);
  const ChildInNamespaces copy({Kind::mnt});
  ASSERT_TRUE(is_bound_in(copy, file));
  EXPECT_EQ(run_nsplay({"stop", "--in", copy.expression(), file}).status, 0);
  EXPECT_FALSE(is_bound_in(copy, file));
  EXPECT_THAT(run_nsplay({"inspect", file}).out, HasSubstr("uts:["));
  EXPECT_EQ(run_nsplay({"stop", file}).status, 0);
  EXPECT_NE(::access(file.c_str(), F_OK), 0);
  EXPECT_THAT(place().files(), IsEmpty());
}

TEST_F(StopElsewhere, InTheOwnMountNamespaceIsStopByRoot) {
  REQUIRE_ROOT();
  const std::string file = path("own");
  ASSERT_EQ(run_nsplay({"create", "--uts=" + file, "--", "true"}).status, 0);
  EXPECT_EQ(run_nsplay({"stop", "--in", "self", file}).status, 0);
  EXPECT_THAT(read_process_file(::getpid(), "mountinfo"), Not(HasSubstr(file)));
  EXPECT_NE(::access(file.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace nsplay::test
