#pragma once

// nsplay stop --in: files that a namespace is bound on where the caller is not. A helper process
// enters the mount namespace and unbinds them by system calls: no program need be there, nor a
// /proc.

#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ops/crossing.h"
#include "nsplay/ops/unbinding.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

class [[nodiscard]] FilesElsewhere {
 public:
  /// The mount namespace that the target is, or that its process is in, and the root directory
  /// there. Errors: those of target::resolve(); usage, it is a namespace of another kind; EACCES,
  /// not allowed to look at the process; EPERM, not allowed to enter.
  static Result<FilesElsewhere> of(const std::string& target);

  /// unbind_namespace_file() there. No link leads out of the root directory. A file that is bound
  /// in the caller's mount namespace as well is not removed. Errors: usage, the path does not begin
  /// with '/'; ETIMEDOUT, a file system there does not answer.
  [[nodiscard]] Result<> unbind(const std::string& path) const;

 private:
  struct Errand;

  [[nodiscard]] Result<sys::UniqueFd> open_directory_there(const std::string& path) const;
  [[nodiscard]] Result<> unbind_there(Errand& errand) const;
  int run_errand(Errand& errand, const sys::UniqueFd& answers) const;
  [[nodiscard]] Result<> visit(const std::string& path) const;

  std::vector<ns::NamespaceHandle> handles_;  ///< that the steps are to
  Crossing crossing_;
  std::string name_;    ///< "mnt:[4026532178]"
  sys::UniqueFd root_;  ///< of the process; none: that of the mount namespace
};

}  // namespace nsplay::ops
