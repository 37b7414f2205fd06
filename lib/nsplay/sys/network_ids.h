#pragma once

// The numbers by which the caller's network namespace knows others, "nsid" in ip-netns(8):
// RTM_GETNSID of rtnetlink(7).

#include <cstdint>
#include <optional>
#include <utility>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

class [[nodiscard]] NetworkIds {
 public:
  /// A socket for all questions. Errors: those of socket(2).
  static Result<NetworkIds> open();

  /// Of this network namespace; empty: it has been given none, and asking gives none. Errors:
  /// EOPNOTSUPP before Linux 4.0; EBADMSG, the answer is none.
  Result<std::optional<std::int32_t>> of(const UniqueFd& net_namespace);

 private:
  explicit NetworkIds(UniqueFd socket) noexcept : socket_(std::move(socket)) {}

  UniqueFd socket_;
  std::uint32_t sequence_ = 0;  ///< of the last question
};

}  // namespace nsplay::sys
