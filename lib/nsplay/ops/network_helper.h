#pragma once

// The program that gives a new net namespace a way out without privilege, pasta(1) or
// slirp4netns(1), and the process that keeps it: neither program notices by itself when the
// namespace is no longer wanted.

#include <sys/types.h>

#include <optional>
#include <utility>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/narration.h"
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

  /// Whose net namespace gets its interface.
  struct Client {
    pid_t child = 0;
    ns::KindSet kinds;                       ///< that are the child's own
    std::optional<sys::UserAndGroup> owner;  ///< of its user namespace, if not the caller
  };

  /// Returns when the interface is there. Errors: errno 0, no such program is installed, or what it
  /// said when it failed; interrupted; ENOSYS before Linux 5.3.
  static Result<NetworkHelper> attach(const Client& client,
                                      const sys::SignalInbox& inbox,
                                      const Narrator& narrator);

  /// From here on it ends with the child alone.
  void release() noexcept;

 private:
  NetworkHelper(sys::UniqueFd lifeline, sys::Child keeper, Narrator narrator) noexcept
      : lifeline_(std::move(lifeline)),
        keeper_(std::move(keeper)),
        narrator_(std::move(narrator)) {}

  void end() noexcept;

  sys::UniqueFd lifeline_;  ///< write end
  sys::Child keeper_;
  Narrator narrator_;
};

}  // namespace nsplay::ops
