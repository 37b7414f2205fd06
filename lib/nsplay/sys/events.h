#pragma once

// Waiting: poll(2) and timerfd_create(2).

#include <chrono>
#include <initializer_list>
#include <optional>
#include <span>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// Waits until one of `descriptors` can be read or was closed at its other end; negative ones are
/// ignored. False: the timeout came first.
bool wait_readable(std::initializer_list<int> descriptors,
                   std::optional<std::chrono::milliseconds> timeout = std::nullopt) noexcept;

/// What a descriptor is waited for, and what came of it.
struct Interest {
  int descriptor = -1;  ///< negative: ignored
  bool wants_to_read = false;
  bool wants_to_write = false;
  bool may_read = false;   ///< or it was closed at its other end
  bool may_write = false;  ///< or it was closed at its other end
};

/// Waits until one of them has what it wants. False: the timeout came first.
bool wait_for(std::span<Interest> interests,
              std::optional<std::chrono::milliseconds> timeout = std::nullopt) noexcept;

/// A descriptor that becomes readable once, after `delay` of CLOCK_BOOTTIME: a suspended machine's
/// sleep counts.
Result<UniqueFd> timer_after(std::chrono::seconds delay);

/// Whether `descriptor` can be read, or was closed at its other end, right now.
bool is_readable(int descriptor) noexcept;

}  // namespace nsplay::sys
