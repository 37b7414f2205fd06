#pragma once

// Each way in which nsplay runs a program: guarded or by an init, in targets or in new namespaces.

#include <vector>

#include "support/child_in_namespaces.h"
#include "support/run_nsplay.h"

namespace nsplay::test {

class WaysToRun {
 public:
  WaysToRun() = default;
  WaysToRun(const WaysToRun&) = delete;
  WaysToRun& operator=(const WaysToRun&) = delete;

  /// The init of a pid namespace does not come to its end before all of its processes are reaped,
  /// so those that a killed nsplay left go first.
  ~WaysToRun();

  /// The arguments of each nsplay that runs `program`.
  [[nodiscard]] std::vector<Words> all(const Words& program) const;

  /// The same where the program has the caller's terminal and not one of its own.
  [[nodiscard]] std::vector<Words> all_on_the_callers_terminal(const Words& program) const;

 private:
  ChildInNamespaces same_pids_{with_privilege_for({ns::Kind::uts})};
  ChildInNamespaces other_pids_{with_privilege_for({ns::Kind::uts, ns::Kind::pid})};
};

}  // namespace nsplay::test
