#include "nsplay/ns/census/threads.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "nsplay/sys/files.h"

namespace nsplay::ns {

bool may_differ_in_threads(KindSet kinds) {
  const auto& slots = all_slots();
  return std::any_of(slots.begin(), slots.end(), [&](const Slot& slot) {
    return slot.differs_in_threads && kinds.contains(slot.kind);
  });
}

bool has_threads(const sys::UniqueFd& proc, pid_t pid) {
  // Its directory of threads has a link for each, and two of its own.
  return sys::link_count(proc, fmt::format("{}/task", pid).c_str()) > 3;
}

void look_at_threads(
    const sys::UniqueFd& proc, pid_t pid, Presence presence, TaskView& view, ScanRecord& record) {
  const auto opening =
      sys::open_quietly(proc, fmt::format("{}/task", pid).c_str(), O_RDONLY | O_DIRECTORY);
  const auto threads = sys::numeric_entries(opening.file, "");
  for (std::size_t i = 0; threads && i < threads->size(); ++i) {
    const pid_t tid = (*threads)[i];
    if (tid != pid && record.note(view.open_thread(pid, tid)) == 0) {
      const bool has_process = presence == Presence::there;
      const Presence found =
          record.look_at(view, {pid, tid, has_process ? HolderType::thread : HolderType::process});
      presence = has_process ? presence : found;
    }
  }
}

}  // namespace nsplay::ns
