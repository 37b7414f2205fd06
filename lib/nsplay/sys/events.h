#pragma once

// Waiting: poll(2) and timerfd_create(2).

#include <chrono>
#include <initializer_list>
#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

/// Waits until one of `descriptors` can be read or was closed at its other end; negative ones are
/// ignored. False: the timeout came first.
bool wait_readable(std::initializer_list<int> descriptors,
                   std::optional<std::chrono::milliseconds> timeout = std::nullopt) noexcept;

/// A descriptor that becomes readable once, after `delay` of CLOCK_BOOTTIME: a suspended machine's
/// sleep counts.
Result<UniqueFd> timer_after(std::chrono::seconds delay);

/// Whether `descriptor` can be read, or was closed at its other end, right now.
bool is_readable(int descriptor) noexcept;

}  // namespace nsplay::sys
