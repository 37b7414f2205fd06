#include "nsplay/sys/threads.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>

namespace nsplay::sys {

std::size_t processors() noexcept {
  return std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
}

void run_side_by_side(std::size_t count, const std::function<void(std::size_t)>& body) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < count; ++i) {
    try {
      threads.emplace_back([&body, i] { body(i); });
    } catch (const std::system_error&) {
      break;
    }
  }
  body(0);
}

}  // namespace nsplay::sys
