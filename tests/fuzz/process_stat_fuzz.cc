#include <fmt/format.h>

#include "nsplay/procfs/process_stat.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;
using nsplay::procfs::parse_process_stat;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const auto stat = parse_process_stat(text);
  if (!stat) {
    return 0;
  }
  demand(text.find("(" + stat->comm + ")") != std::string_view::npos);
  // Between the parent and the start time, fields 4 and 22, lie seventeen that nobody asks for.
  const auto again = parse_process_stat(fmt::format("{} ({}) {} {} {} {}\n",
                                                    stat->pid,
                                                    stat->comm,
                                                    stat->state,
                                                    stat->parent,
                                                    fmt::join(std::string(17, '0'), " "),
                                                    stat->start_ticks));
  demand(again.has_value());
  demand(again->pid == stat->pid && again->comm == stat->comm && again->state == stat->state);
  demand(again->parent == stat->parent && again->start_ticks == stat->start_ticks);
  return 0;
}
