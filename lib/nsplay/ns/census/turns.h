#pragma once

// How the threads of a scan share the processes.

#include <sys/types.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "nsplay/base/error.h"
#include "nsplay/sys/threads.h"

namespace nsplay::ns {

/// How far a long scan is.
struct Progress {
  std::size_t done = 0;
  std::size_t all = 0;
  std::string_view of_what;  ///< what they are, in the plural
};

/// Called in the caller's thread.
using OnProgress = std::function<void(const Progress& progress)>;

/// How many threads are worth it.
std::size_t number_of_scanners(std::size_t processes) noexcept;

/// Whether it says that no further descriptor may be had, open(2).
bool means_no_descriptor(int errnum) noexcept;

/// What is said then.
Error no_descriptor(int errnum);

/// Each scanner looks at some of the processes, in a thread of its own, until all are looked at.
template <typename Scanner>
void look_at_all(std::vector<Scanner>& scanners,
                 const std::vector<pid_t>& pids,
                 const OnProgress& on_progress = {}) {
  // Taken at once by a thread: not so many that one waits for the other at the end.
  constexpr std::size_t processes_per_turn = 32;
  std::atomic<std::size_t> next = 0;
  sys::run_side_by_side(scanners.size(), [&](std::size_t thread) {
    for (std::size_t begin = next.fetch_add(processes_per_turn); begin < pids.size();
         begin = next.fetch_add(processes_per_turn)) {
      const std::size_t end = std::min(begin + processes_per_turn, pids.size());
      std::for_each(pids.data() + begin, pids.data() + end, [&](pid_t pid) {
        scanners[thread].look_at(pid);
      });
      if (thread == 0 && on_progress) {
        on_progress({end, pids.size(), "processes"});
      }
    }
  });
}

}  // namespace nsplay::ns
