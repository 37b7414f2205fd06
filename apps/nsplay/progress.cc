#include "progress.h"

#include <fmt/format.h>

#include "output.h"

namespace nsplay::app {
namespace {

/// To the beginning of the line, and what stands there is erased: ECMA-48 EL.
constexpr const char* erased_line = "\r\x1b[K";

}  // namespace

ProgressLine::~ProgressLine() {
  if (is_shown_) {
    write_stderr(erased_line);
  }
}

void ProgressLine::show(const ns::Progress& progress) {
  const auto now = Clock::now();
  if (now < next_ || !stderr_is_terminal()) {
    return;
  }
  next_ = now + std::chrono::milliseconds(100);
  is_shown_ = true;
  write_stderr(fmt::format(
      "{}{} of {} {} looked at", erased_line, progress.done, progress.all, progress.of_what));
}

}  // namespace nsplay::app
