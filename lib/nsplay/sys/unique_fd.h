#pragma once

// The owner of a file descriptor. Everything opened in this library is owned by one and is
// close-on-exec.

#include "nsplay/base/result.h"

namespace nsplay::sys {

class [[nodiscard]] UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release() noexcept;

  /// Another descriptor for the same open file. Errors: EMFILE.
  [[nodiscard]] Result<UniqueFd> duplicate() const;

  /// Closes now.
  void reset() noexcept;

 private:
  int fd_ = -1;
};

}  // namespace nsplay::sys
