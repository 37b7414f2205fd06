#include "support/child_in_namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include "nsplay/sys/retry.h"

#include "support/inside_program.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

/// What a target tells the test.
struct Message {
  enum class What : int { wants_maps, is, is_ready };
  What what = What::is_ready;
  pid_t pid = 0;
};

void tell(const sys::UniqueFd& pipe, const Message& message) {
  must(::write(pipe.get(), &message, sizeof message) == sizeof message, "tell the test");
}

void read_byte(const sys::UniqueFd& pipe) {
  char byte = 0;
  must(sys::retry([&] { return ::read(pipe.get(), &byte, 1); }) == 1, "wait for the test");
}

void write_process_file(pid_t pid, const std::string& name, const std::string& text) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  const sys::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || ::write(file.get(), text.data(), text.size()) < 0) {
    throw std::system_error(errno, std::generic_category(), path);
  }
}

void write_maps(pid_t pid, const Maps& maps) {
  if (!maps.setgroups.empty()) {
    write_process_file(pid, "setgroups", maps.setgroups);
  }
  if (!maps.users.empty()) {
    write_process_file(pid, "uid_map", maps.users);
  }
  if (!maps.groups.empty()) {
    write_process_file(pid, "gid_map", maps.groups);
  }
}

/// Everything that the two or three processes of a target have of the test.
struct Plan {
  TargetOptions options;
  PipeEnds messages = open_pipe();
  PipeEnds go = open_pipe();
};

bool needs_another_fork(KindSet kinds) {
  return kinds.contains(Kind::pid) || kinds.contains(Kind::time);
}

void die_with_the_test() {
  must(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "PR_SET_PDEATHSIG");
}

void make_namespaces(const Plan& plan) {
  KindSet kinds = plan.options.kinds;
  if (kinds.contains(Kind::user)) {
    unshare_or_end({Kind::user});
    tell(plan.messages.write_end, {Message::What::wants_maps, ::getpid()});
    read_byte(plan.go.read_end);
    kinds.erase(Kind::user);
  }
  if (!kinds.empty()) {
    unshare_or_end(kinds);
  }
  if (kinds.contains(Kind::mnt)) {
    must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
  }
}

/// The new pid and time namespaces begin with the next process, which is the test's child too.
void become_the_next_process(const Plan& plan) {
  const long pid = ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, 0UL);
  must(pid >= 0, "clone");
  if (pid > 0) {
    tell(plan.messages.write_end, {Message::What::is, static_cast<pid_t>(pid)});
    ::_exit(0);
  }
  die_with_the_test();
  read_byte(plan.go.read_end);  // the test knows this process by then
}

[[noreturn]] void run_target(const Plan& plan) {
  die_with_the_test();
  if (plan.options.before) {
    plan.options.before();
    die_with_the_test();  // a change of credentials clears it
  }
  make_namespaces(plan);
  if (needs_another_fork(plan.options.kinds)) {
    become_the_next_process(plan);
  }
  if (plan.options.inside) {
    plan.options.inside();
    die_with_the_test();
  }
  const int dumpable = plan.options.dumpable == Dumpable::yes ? 1 : 0;
  must(::prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0) == 0, "PR_SET_DUMPABLE");
  if (!plan.options.environment.empty()) {
    const Message ready{Message::What::is_ready, 0};
    execute_hold(plan.messages.write_end.get(),
                 std::string(reinterpret_cast<const char*>(&ready), sizeof ready),
                 plan.options.environment);
  }
  tell(plan.messages.write_end, {Message::What::is_ready, 0});
  for (;;) {
    ::pause();
  }
}

/// The own children that are in this pid namespace, which is not the test's own. A dead one whose
/// namespace may not be read (it died on its way in) may be one of them.
std::vector<pid_t> orphans_in(const std::string& pid_namespace) {
  std::vector<pid_t> found;
  if (pid_namespace != namespace_link(::getpid(), Kind::pid)) {
    for (const pid_t child : own_children()) {
      const std::string link = namespace_link(child, Kind::pid);
      if (link.empty() || link == pid_namespace) {
        found.push_back(child);
      }
    }
  }
  return found;
}

void reap(pid_t pid) {
  int status = 0;
  sys::retry([&] { return ::waitpid(pid, &status, 0); });
}

/// Follows the target's messages until it is ready. Throws when it has ended instead.
void accompany(const Plan& plan, pid_t& pid) {
  for (;;) {
    Message message;
    if (!wait_readable(plan.messages.read_end) ||
        ::read(plan.messages.read_end.get(), &message, sizeof message) != sizeof message) {
      throw std::runtime_error("the target could not be set up; see stderr");
    }
    if (message.what == Message::What::is_ready) {
      return;
    }
    if (message.what == Message::What::wants_maps) {
      write_maps(pid, plan.options.maps);
    } else {
      reap(pid);
      pid = message.pid;
    }
    must(::write(plan.go.write_end.get(), "g", 1) == 1, "let the target go");
  }
}

}  // namespace

Maps caller_as_root() {
  return caller_as(0, 0);
}

Maps caller_as(uid_t uid, gid_t gid) {
  return {std::to_string(uid) + " " + std::to_string(::geteuid()) + " 1",
          std::to_string(gid) + " " + std::to_string(::getegid()) + " 1",
          "deny"};
}

Maps every_id() {
  return {"0 0 4294967295", "0 0 4294967295", ""};
}

ChildInNamespaces::ChildInNamespaces(TargetOptions options) {
  Plan plan;
  plan.options = std::move(options);
  pid_ = ::fork();
  if (pid_ < 0) {
    throw std::system_error(errno, std::generic_category(), "fork");
  }
  if (pid_ == 0) {
    plan.messages.read_end.reset();
    plan.go.write_end.reset();
    run_target(plan);
  }
  plan.messages.write_end.reset();
  try {
    accompany(plan, pid_);
  } catch (...) {
    end();  // there is no destructor for what was not constructed
    throw;
  }
  pid_namespace_ = namespace_link(pid_, Kind::pid);
}

void ChildInNamespaces::kill_without_reaping() const {
  ::kill(pid_, SIGKILL);
  siginfo_t info = {};
  sys::retry([&] { return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT); });
}

void ChildInNamespaces::end() noexcept {
  if (pid_ <= 0) {
    return;
  }
  ::kill(pid_, SIGKILL);
  // The init of a pid namespace waits until everything in it has been reaped, and orphans from
  // there may be ours by now (leak_check.h).
  const bool ended = eventually([&] {
    for (const pid_t orphan : orphans_in(pid_namespace_)) {
      if (orphan != pid_) {
        ::waitpid(orphan, nullptr, WNOHANG);
      }
    }
    return ::waitpid(pid_, nullptr, WNOHANG) != 0;
  });
  must(ended, "end a target");
  pid_ = 0;
}

TargetOptions with_children(KindSet kinds, int children) {
  return {.kinds = kinds, .inside = [children] {
            for (int i = 0; i < children; ++i) {
              if (::fork() == 0) {
                for (;;) {
                  ::pause();
                }
              }
            }
          }};
}

KindSet with_privilege_for(KindSet kinds) {
  if (::geteuid() != 0) {
    kinds.insert(Kind::user);
  }
  return kinds;
}

void enter_user_namespace(const Maps& maps) {
  const PipeEnds left = open_pipe();
  // The number that /proc knows, which may be another pid namespace's.
  const pid_t self = std::stoi(std::filesystem::read_symlink("/proc/self").string());
  const pid_t writer = ::fork();
  must(writer >= 0, "fork");
  if (writer == 0) {
    read_byte(left.read_end);
    try {
      write_maps(self, maps);
    } catch (const std::system_error& error) {
      errno = error.code().value();
      must(false, error.what());
    }
    ::_exit(0);
  }
  unshare_or_end({Kind::user});
  must(::write(left.write_end.get(), "l", 1) == 1, "tell the writer of maps");
  int status = 0;
  must(::waitpid(writer, &status, 0) == writer && status == 0, "have the maps written");
}

std::string ChildInNamespaces::namespace_file(Kind kind) const {
  return "/proc/" + expression() + "/" + ns::info_of(kind).proc_path;
}

ChildInInnerUserNamespace::ChildInInnerUserNamespace() {
  const PipeEnds pipe = open_pipe();
  child_.emplace(TargetOptions{.kinds = {Kind::user}, .inside = [&] {
                                 const auto inode = namespace_inode(::getpid(), Kind::user);
                                 must(::write(pipe.write_end.get(), &inode, sizeof inode) > 0,
                                      "write");
                                 enter_user_namespace(caller_as_root());
                               }});
  must(::read(pipe.read_end.get(), &outer_, sizeof outer_) == sizeof outer_, "read");
}

void unshare_or_end(KindSet kinds) {
  must(::unshare(static_cast<int>(kinds.clone_flags())) == 0, "unshare");
}

}  // namespace nsplay::test
