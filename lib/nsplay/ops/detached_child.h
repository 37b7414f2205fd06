#pragma once

// A detached child of nsplay create until somebody knows of it: however create is ended before
// that, the child ends too.

#include "nsplay/base/result.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

/// A process of its own, outside of the new namespaces, that ends a program when this one is killed
/// first. An init and a holder look after themselves; a program that was executed cannot.
class [[nodiscard]] UntoldProgramGuard {
 public:
  UntoldProgramGuard() = default;

  /// Has to stand before the child executes its program. Errors: those of pipe2(2) and clone(2).
  static Result<UntoldProgramGuard> over(const sys::Child& child);

  /// The program lives on, whatever becomes of us.
  void release() noexcept;

 private:
  UntoldProgramGuard(sys::Child process, sys::UniqueFd word) noexcept
      : process_(std::move(process)), word_(std::move(word)) {}

  sys::Child process_;
  sys::UniqueFd word_;  ///< a byte: the program lives on; closed without one: it ends
};

/// Ends with this object, and with this process.
class [[nodiscard]] DetachedChild {
 public:
  DetachedChild() = default;
  DetachedChild(sys::Child child, sys::UniqueFd go, UntoldProgramGuard guard) noexcept
      : guard_(std::move(guard)), child_(std::move(child)), go_(std::move(go)) {}

  /// From here on it lives without us.
  void release() noexcept;

 private:
  UntoldProgramGuard guard_;  ///< first, for it goes after the child that it guards
  sys::Child child_;
  sys::UniqueFd go_;
};

}  // namespace nsplay::ops
