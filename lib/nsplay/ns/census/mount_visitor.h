#pragma once

// A process that enters one mount namespace after the other, so that /proc shows what is mounted
// there, also where no process is.

#include <sys/types.h>

#include "nsplay/ns/handle.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/files.h"

namespace nsplay::ns {

class [[nodiscard]] MountVisitor {
 public:
  /// Whether it is in this mount namespace now, with its root directory. Refused without
  /// CAP_SYS_ADMIN over the namespace's owner, and CAP_SYS_CHROOT (setns(2)).
  bool enter(const NamespaceHandle& mount_namespace);

  /// Of the process that is there; 0: none.
  [[nodiscard]] pid_t pid() const noexcept { return child_.pid(); }

 private:
  bool start();

  sys::Pipe questions_;
  sys::Pipe answers_;
  sys::Child child_;
  bool is_usable_ = true;  ///< as long as it has answered every question
};

}  // namespace nsplay::ns
