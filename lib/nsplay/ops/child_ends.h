#pragma once

// The ends of pipes that only a child has.

#include <utility>
#include <vector>

#include "nsplay/sys/process.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

/// Closed here once the child has been started, while one that is in this process's own memory
/// still finds the numbers. Has to live as long as such a one may be there.
class ChildEnds {
 public:
  explicit ChildEnds(std::vector<sys::UniqueFd*> ends) noexcept : ends_(std::move(ends)) {}
  ChildEnds(const ChildEnds&) = delete;
  ChildEnds& operator=(const ChildEnds&) = delete;
  ~ChildEnds() {
    if (is_closed_) {
      for (sys::UniqueFd* end : ends_) {
        static_cast<void>(end->release());
      }
    }
  }

  void close() noexcept {
    for (const sys::UniqueFd* end : ends_) {
      sys::close_here(*end);
    }
    is_closed_ = true;
  }

 private:
  std::vector<sys::UniqueFd*> ends_;
  bool is_closed_ = false;
};

}  // namespace nsplay::ops
