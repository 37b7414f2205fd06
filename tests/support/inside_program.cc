#include "support/inside_program.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "nsplay/sys/execution.h"

#include "support/child_in_namespaces.h"
#include "support/inside_report.h"
#include "support/must.h"
#include "support/pipes.h"

namespace nsplay::test {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view marker = "--inside";
constexpr int status_after_stop = 5;

void say(const std::string& text) {
  write_text(STDOUT_FILENO, text + "\n");
}

void say_ready() {
  say("ready " + std::to_string(::getpid()));
}

[[noreturn]] void wait_for_the_end() {
  for (;;) {
    ::pause();
  }
}

int number(const Words& words, std::size_t index) {
  return index < words.size() ? std::stoi(words[index]) : 0;
}

int report(const Words& /*words*/) {
  write_text(STDOUT_FILENO, describe_this_process());
  return 0;
}

int end(const Words& words) {
  return number(words, 0);
}

int die(const Words& words) {
  const int signal = number(words, 0);
  sigset_t set;
  sigfillset(&set);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  return set_up_failed;
}

int wait(const Words& /*words*/) {
  say_ready();
  wait_for_the_end();
}

int tell_signal(const Words& /*words*/) {
  sigset_t set;
  sigfillset(&set);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  sigdelset(&set, SIGCHLD);
  say_ready();
  int signal = 0;
  ::sigwait(&set, &signal);
  say("signal " + std::to_string(signal));
  return 0;
}

int stop(const Words& /*words*/) {
  say_ready();
  ::raise(SIGSTOP);
  say("continued");
  return status_after_stop;
}

int setuid_and_wait(const Words& words) {
  const auto uid = static_cast<uid_t>(number(words, 0));
  must(::setresuid(uid, uid, uid) == 0, "setresuid");
  say_ready();
  wait_for_the_end();
}

int lose_death_signal(const Words& /*words*/) {
  must(::prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0, "PR_SET_PDEATHSIG");
  say_ready();
  wait_for_the_end();
}

int keep(const Words& /*words*/) {
  const ChildInNamespaces child(with_privilege_for({ns::Kind::uts, ns::Kind::pid}));
  wait_for_the_end();
}

/// A grandchild whose parent has ended. In it the function returns 0.
pid_t leave_orphan() {
  const pid_t parent = ::fork();
  must(parent >= 0, "fork");
  if (parent == 0) {
    if (::fork() != 0) {
      ::_exit(0);
    }
    return 0;
  }
  must(::waitpid(parent, nullptr, 0) == parent, "waitpid");
  return parent;
}

int leave_orphans(const Words& words) {
  PipeEnds ends = open_pipe();
  for (int i = 0; i < number(words, 0); ++i) {
    if (leave_orphan() == 0) {
      ::_exit(0);
    }
  }
  ends.write_end.reset();
  char byte = 0;
  must(::read(ends.read_end.get(), &byte, 1) == 0, "wait for the orphans' end");
  say_ready();
  wait_for_the_end();
}

int outlive(const Words& /*words*/) {
  PipeEnds ends = open_pipe();
  if (leave_orphan() == 0) {
    must(::write(ends.write_end.get(), "r", 1) == 1, "tell that the orphan is there");
    wait_for_the_end();
  }
  char byte = 0;
  must(::read(ends.read_end.get(), &byte, 1) == 1, "wait for the orphan");
  return 0;
}

int echo_input(const Words& /*words*/) {
  std::string input;
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) == 1) {
    input += byte;
  }
  say(input);
  return 0;
}

int push_input(const Words& words) {
  const sys::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  must(static_cast<bool>(terminal), "open /dev/tty");
  for (const char& key : words.at(0)) {
    must(::ioctl(terminal.get(), TIOCSTI, &key) == 0, "TIOCSTI");
  }
  return 0;
}

int names_errno(const Words& /*words*/) {
  const int host = ::sethostname("", 0) == 0 ? 0 : errno;
  const int domain = ::setdomainname("", 0) == 0 ? 0 : errno;
  say("errno " + std::to_string(host) + " " + std::to_string(domain));
  return 0;
}

int mount_here(const Words& words) {
  must(::mount("none", words.at(0).c_str(), "tmpfs", 0, nullptr) == 0, "mount");
  std::ifstream mounts("/proc/self/mountinfo");
  say({std::istreambuf_iterator<char>(mounts), std::istreambuf_iterator<char>()});
  return 0;
}

int show(const Words& words) {
  for (const std::string& path : words) {
    std::ifstream file(path);
    write_text(STDOUT_FILENO, std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return 0;
}

int hold(const Words& words) {
  const int descriptor = number(words, 0);
  write_text(descriptor, from_hexadecimal(words.at(1)));
  ::close(descriptor);
  wait_for_the_end();
}

struct InsideProgram {
  std::string_view name;
  int (*run)(const Words&);
};

constexpr InsideProgram programs[] = {
    {"report", &report},
    {"exit", &end},
    {"die", &die},
    {"wait", &wait},
    {"tell-signal", &tell_signal},
    {"stop", &stop},
    {"setuid-and-wait", &setuid_and_wait},
    {"lose-death-signal", &lose_death_signal},
    {"leave-orphans", &leave_orphans},
    {"keep", &keep},
    {"outlive", &outlive},
    {"push-input", &push_input},
    {"names-errno", &names_errno},
    {"echo-input", &echo_input},
    {"mount", &mount_here},
    {"show", &show},
    {"hold", &hold},
};

}  // namespace

Words inside(std::string_view name, Words arguments) {
  Words words{std::filesystem::read_symlink("/proc/self/exe").string(),
              std::string(marker),
              std::string(name)};
  std::move(arguments.begin(), arguments.end(), std::back_inserter(words));
  return words;
}

void execute_hold(int descriptor, const std::string& message, const Words& environment) {
  must(::fcntl(descriptor, F_SETFD, 0) == 0, "fcntl");
  Words words = inside("hold", {std::to_string(descriptor), to_hexadecimal(message)});
  Words variables = environment;
  ::execve(
      words.front().c_str(), sys::pointers_to(words).data(), sys::pointers_to(variables).data());
  must(false, "execute the program of a target");
  std::abort();
}

void run_inside_program(int argc, char** argv) {
  const Words words(argv, argv + argc);
  if (words.size() < 3 || words[1] != marker) {
    return;
  }
  for (const InsideProgram& program : programs) {
    if (words[2] == program.name) {
      // No destructors, no leak checker: it could not work in a foreign pid namespace.
      ::_exit(program.run({words.begin() + 3, words.end()}));
    }
  }
  must(false, "there is no such program: " + words[2]);
}

}  // namespace nsplay::test
