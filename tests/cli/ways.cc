#include "cli/ways.h"

#include <unistd.h>

#include "support/processes.h"

namespace nsplay::test {

WaysToRun::~WaysToRun() {
  for (const pid_t pid : children_of(::getpid())) {
    if (pid != same_pids_.pid() && pid != other_pids_.pid()) {
      Subprocess(pid).wait();
    }
  }
}

std::vector<Words> WaysToRun::all_on_the_callers_terminal(const Words& program) const {
  std::vector<Words> lines = all(program);
  for (Words& line : lines) {
    if (line.front() == "join") {
      line.insert(line.begin() + 1, "--no-pty");
    }
  }
  return lines;
}

std::vector<Words> WaysToRun::all(const Words& program) const {
  std::vector<Words> lines = {{"join", same_pids_.expression(), "--"},
                              {"join", other_pids_.expression(), "--"},
                              {"create", "--uts", "--"},
                              {"create", "--pid", "--"}};
  for (Words& line : lines) {
    line.insert(line.end(), program.begin(), program.end());
  }
  return lines;
}

}  // namespace nsplay::test
