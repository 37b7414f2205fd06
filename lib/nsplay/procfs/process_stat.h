#pragma once

// /proc/PID/stat, proc(5): the fields that nsplay uses.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "nsplay/base/result.h"

namespace nsplay::procfs {

struct ProcessStat {
  pid_t pid = 0;
  std::string comm;  ///< at most 15 bytes, chosen by the process itself
  char state = '?';
  pid_t parent = 0;
  int nice = 0;
  std::uint64_t start_ticks = 0;  ///< clock ticks since boot, in the reader's time namespace
};

/// The comm may hold blanks, parentheses and newlines: it ends at the last ')'.
Result<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace nsplay::procfs
