#pragma once

// By which way a scan looks at processes. What is cheaper differs: by ids a process takes three
// times as many system calls, by links the kernel does more in each, and much more where it has not
// the entries of /proc in memory yet. So both are tried on some processes.

#include <array>
#include <chrono>
#include <cstddef>

#include "nsplay/ns/census/task_view.h"

namespace nsplay::ns {

class WayChoice {
 public:
  /// Between both.
  WayChoice() = default;

  /// There is only this one.
  explicit WayChoice(ScanWay only) noexcept : way_(only), blocks_left_(0) {}

  /// For the next process.
  ScanWay next() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  void end_block() noexcept;

  ScanWay way_ = ScanWay::ids;
  std::size_t blocks_left_ = 6;  ///< that are tried, by turns
  std::size_t processes_ = 0;    ///< of this block
  Clock::time_point begin_;
  std::array<Clock::duration, scan_way_count> fastest_ = {Clock::duration::max(),
                                                          Clock::duration::max()};
};

}  // namespace nsplay::ns
