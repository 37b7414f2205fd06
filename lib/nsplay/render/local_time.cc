#include "nsplay/render/local_time.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace nsplay::render {

std::string local_time(std::chrono::system_clock::time_point moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm broken_down = {};
  ::localtime_r(&seconds, &broken_down);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", broken_down);
}

}  // namespace nsplay::render
