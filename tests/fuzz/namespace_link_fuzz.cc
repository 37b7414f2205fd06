#include <fmt/format.h>

#include "nsplay/procfs/namespace_link.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;
using nsplay::procfs::parse_namespace_link;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto link = parse_namespace_link(nsplay::fuzz::text_of(data, size));
  if (!link) {
    demand(nsplay::fuzz::is_printable(link.error().message()));
    return 0;
  }
  demand(!link->kind.empty());
  const auto again = parse_namespace_link(fmt::format("{}:[{}]", link->kind, link->inode));
  demand(again.has_value() && again->kind == link->kind && again->inode == link->inode);
  return 0;
}
