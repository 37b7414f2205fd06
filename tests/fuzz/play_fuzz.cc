#include "nsplay/target/play.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto play = nsplay::target::parse_play(nsplay::fuzz::text_of(data, size));
  if (!play) {
    demand(nsplay::fuzz::is_printable(play.error().message()));
    return 0;
  }
  demand(nsplay::target::is_play_name(play->name) && play->pid > 0);
  demand(play->namespaces.size() <= nsplay::ns::kind_count);
  // What was read once can be written and read again, and is the same from then on.
  const auto again = nsplay::target::parse_play(nsplay::target::format_play(*play));
  demand(again.has_value());
  const auto third = nsplay::target::parse_play(nsplay::target::format_play(*again));
  demand(third.has_value() && third->pid == play->pid && third->namespaces == play->namespaces);
  return 0;
}
