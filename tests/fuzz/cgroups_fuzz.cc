#include "nsplay/procfs/cgroups.h"

#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const auto memberships = nsplay::procfs::parse_cgroups(text);
  if (memberships) {
    for (const nsplay::procfs::CgroupMembership& membership : *memberships) {
      nsplay::fuzz::demand(membership.path.starts_with('/'));
      nsplay::fuzz::demand(membership.controllers.find(':') == std::string::npos);
      nsplay::fuzz::demand(text.find(membership.path) != std::string_view::npos);
    }
  }
  return 0;
}
