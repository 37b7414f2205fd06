#pragma once

// The programs that tests let run inside namespaces. They are this very test program, executed once
// more by its path with a special first word, so that they need no other file there: a bare machine
// has them.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/ns/kind.h"

namespace nsplay::test {

/// The words of a command line that runs one of them, as in inside("exit", {"7"}):
///   report                 writes what it sees of itself to stdout, for InsideReport
///   exit STATUS            ends with this status
///   die SIGNAL             ends by this signal
///   wait                   writes "ready PID", then waits for its end
///   tell-signal            writes "ready PID", then "signal N" for the first one that comes; ends
///   stop                   writes "ready PID", stops itself, writes "continued", ends with 5
///   setuid-and-wait UID    changes its credentials, writes "ready PID", waits for its end
///   lose-death-signal      does without PR_SET_PDEATHSIG, writes "ready PID", waits for its end
///   leave-orphans COUNT    leaves so many orphans, which end, writes "ready PID", waits
///   keep WORD...           has a child that is an init in a uts namespace of its own; waits
///   outlive                leaves an orphan that waits for its end, ends with 0
///   mount DIR              mounts a tmpfs there, writes what mounts it sees then
///   push-input TEXT        types it into its controlling terminal, TIOCSTI; ends with 0 if it may
///   names-errno            writes "errno H D": how sethostname and setdomainname of "" fail
///   show FILE...           writes what is in them
///   echo-input             writes to stdout what it has read from stdin until its end
std::vector<std::string> inside(std::string_view name, std::vector<std::string> arguments = {});

/// Executes a program that writes `message` to `descriptor` and waits for its end.
[[noreturn]] void execute_hold(int descriptor,
                               const std::string& message,
                               const std::vector<std::string>& environment);

/// For main(): runs the program that the words name, and does not return then.
void run_inside_program(int argc, char** argv);

/// What the program "report" wrote.
class InsideReport {
 public:
  explicit InsideReport(const std::string& text);

  /// "" for a field that is not there. Fields: uid and gid (real, effective, saved), groups, caps
  /// (effective, hexadecimal), no-new-privs, pid, parent, session, cwd, root-mount, fds, blocked,
  /// ignored (hexadecimal), nodename, domainname, death-signal, dumpable.
  [[nodiscard]] std::string operator[](const std::string& field) const;

  /// "uts:[4026531838]".
  [[nodiscard]] std::string link(ns::Kind kind) const;

  /// NAME=VALUE as the program got it; empty when it has no such variable.
  [[nodiscard]] std::vector<std::string> variables(const std::string& name) const;

 private:
  std::multimap<std::string, std::string> fields_;
};

}  // namespace nsplay::test
