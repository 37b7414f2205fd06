#pragma once

// Another time namespace for a process that is to have a child in its own memory: setns(2) lets
// nobody who shares his memory change it (EUSERS), but a child is born where its parent is.

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

class [[nodiscard]] TimeVisit {
 public:
  /// Moves this process into the time namespace of `file`, a pidfd or the namespace itself. Errors:
  /// those of setns(2), EUSERS with threads; of open(2), for the way back.
  static Result<TimeVisit> begin(const sys::UniqueFd& file);

  TimeVisit(TimeVisit&& other) noexcept = default;
  TimeVisit& operator=(TimeVisit&& other) noexcept = default;
  TimeVisit(const TimeVisit&) = delete;
  TimeVisit& operator=(const TimeVisit&) = delete;

  /// Moves back. Nobody may be in this process's memory any more.
  ~TimeVisit();

 private:
  explicit TimeVisit(sys::UniqueFd home) noexcept : home_(std::move(home)) {}

  sys::UniqueFd home_;  ///< none: moved from
};

}  // namespace nsplay::ops
