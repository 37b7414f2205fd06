#pragma once

// A line on the terminal that tells how far a long look at the machine is.

#include <chrono>

#include "nsplay/ns/census/turns.h"

namespace nsplay::app {

/// Nothing is shown in the first half second, nor where stderr is no terminal.
class [[nodiscard]] ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Takes the line away.
  ~ProgressLine();

  /// For a look that ends before this does.
  ns::OnProgress shown() {
    return [this](const ns::Progress& progress) { show(progress); };
  }

 private:
  void show(const ns::Progress& progress);

  using Clock = std::chrono::steady_clock;

  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(500);
  bool is_shown_ = false;
};

}  // namespace nsplay::app
