#include "nsplay/ops/time_offsets.h"

#include <cerrno>

#include <fmt/format.h>

namespace nsplay::ops {
namespace {

std::string line_of(std::string_view clock, const std::optional<std::chrono::nanoseconds>& offset) {
  if (!offset) {
    return {};
  }
  // The nanoseconds count upwards, also from seconds below zero.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*offset);
  return fmt::format("{} {} {}\n", clock, seconds.count(), (*offset - seconds).count());
}

}  // namespace

bool is_empty(const TimeOffsets& offsets) noexcept {
  return !offsets.monotonic && !offsets.boottime;
}

std::string format_time_offsets(const TimeOffsets& offsets) {
  return line_of("monotonic", offsets.monotonic) + line_of("boottime", offsets.boottime);
}

std::string time_offsets_hint(int errnum) {
  switch (errnum) {
    case ERANGE:
      return "no clock may go below zero or beyond 146 years (time_namespaces(7)); /proc/uptime "
             "tells how far they are here";
    case EPERM:
      return "it needs CAP_SYS_TIME in the user namespace that owns the time namespace: add "
             "--user, "
             "or get the capability";
    default:
      return {};
  }
}

}  // namespace nsplay::ops
