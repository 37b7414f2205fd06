#pragma once

// Targets with a thread whose namespaces differ from its process's.

#include <sys/types.h>

#include "nsplay/ns/kind.h"

#include "support/child_in_namespaces.h"
#include "support/pipes.h"

namespace nsplay::test {

class TargetWithThread {
 public:
  /// The thread is in a uts namespace of its own.
  TargetWithThread();

  [[nodiscard]] const ChildInNamespaces& process() const { return target_; }
  [[nodiscard]] pid_t thread() const { return thread_; }

  /// Ends the first thread of the process, which lives on in the other one.
  void end_leader() const;

 private:
  PipeEnds pipe_ = open_pipe();
  ChildInNamespaces target_;
  pid_t thread_ = 0;
};

}  // namespace nsplay::test
