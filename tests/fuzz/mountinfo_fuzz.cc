#include <algorithm>

#include "nsplay/procfs/mountinfo.h"

#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const auto mounts = nsplay::procfs::parse_mountinfo(text);
  const auto readable = nsplay::procfs::readable_mounts(text);
  nsplay::fuzz::demand(!mounts || mounts->size() == readable.size());
  if (mounts) {
    const auto lines = std::count(text.begin(), text.end(), '\n');
    nsplay::fuzz::demand(mounts->size() <= static_cast<std::size_t>(lines) + 1);
    for (const nsplay::procfs::Mount& mount : *mounts) {
      nsplay::fuzz::demand(mount.mount_point.size() <= size);
      nsplay::fuzz::demand(nsplay::procfs::has_option(mount.options + ",last", "last"));
    }
  }
  return 0;
}
