#pragma once

// Messages of the kernel by netlink(7).

#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// Every part of a message begins at such an offset: NLMSG_ALIGNTO.
inline constexpr std::size_t netlink_alignment = 4;

constexpr std::size_t netlink_aligned(std::size_t size) noexcept {
  return (size + netlink_alignment - 1) / netlink_alignment * netlink_alignment;
}

/// What stands there; empty: the message ends before that does.
template <typename Part>
std::optional<Part> netlink_part(std::string_view message, std::size_t offset) {
  if (offset > message.size() || message.size() - offset < sizeof(Part)) {
    return std::nullopt;
  }
  Part part = {};
  std::memcpy(&part, message.data() + offset, sizeof part);
  return part;
}

/// A socket that is connected to the kernel: nobody else can send to it. Errors: those of
/// socket(2), named by `shown_as`.
Result<UniqueFd> open_netlink(int protocol, std::string_view shown_as);

}  // namespace nsplay::sys
