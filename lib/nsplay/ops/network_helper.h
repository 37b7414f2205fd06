#pragma once

// The program that gives a new net namespace a way out without privilege, pasta(1) or
// slirp4netns(1), and the process that keeps it: neither program notices by itself when the
// namespace is no longer wanted.

#include <sys/types.h>

#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/session.h"
#include "nsplay/sys/assumed_ids.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

/// Ends with this object, with this process, and with the child whose namespace it is.
class [[nodiscard]] NetworkHelper {
 public:
  NetworkHelper() = default;
  NetworkHelper(NetworkHelper&& other) noexcept = default;
  NetworkHelper& operator=(NetworkHelper&& other) noexcept;
  NetworkHelper(const NetworkHelper&) = delete;
  NetworkHelper& operator=(const NetworkHelper&) = delete;
  ~NetworkHelper() { end(); }

  /// Returns when the child's net namespace has its interface. `kinds` are the child's own, and
  /// `owner` is whose its user namespace is, if not the caller's. Errors:
  /// errno 0, no such program is installed, or what it said when it failed; interrupted; ENOSYS
  /// before Linux 5.3.
  static Result<NetworkHelper> attach(pid_t child,
                                      ns::KindSet kinds,
                                      const std::optional<sys::UserAndGroup>& owner,
                                      const sys::SignalInbox& inbox);

  /// From here on it ends with the child alone.
  void release() noexcept;

 private:
  NetworkHelper(sys::UniqueFd lifeline, sys::Child keeper) noexcept
      : lifeline_(std::move(lifeline)), keeper_(std::move(keeper)) {}

  void end() noexcept;

  sys::UniqueFd lifeline_;  ///< write end
  sys::Child keeper_;
};

}  // namespace nsplay::ops
