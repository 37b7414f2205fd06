#include "nsplay/ns/census/sightings.h"

#include <algorithm>
#include <utility>

namespace nsplay::ns {

pid_t lower_pid(pid_t one, pid_t other) noexcept {
  if (one == 0 || other == 0) {
    return std::max(one, other);
  }
  return std::min(one, other);
}

void Attendance::add(const Attendance& others) noexcept {
  processes += others.processes;
  threads += others.threads;
  pending += others.pending;
  descriptors += others.descriptors;
  sockets += others.sockets;
  process = lower_pid(process, others.process);
  other = lower_pid(other, others.other);
}

Attendance* Sightings::find(const SeenNumber& seen) noexcept {
  const auto& table = table_of(seen);
  const auto found = table.find(seen.number);
  return found == table.end() ? nullptr : &all_[found->second].attendance;
}

Attendance& Sightings::add(const SeenNumber& seen, sys::UniqueFd file) {
  table_of(seen).emplace(seen.number, all_.size());
  all_.push_back({std::move(file), seen.kind, {}});
  return all_.back().attendance;
}

std::unordered_map<std::uint64_t, std::size_t>& Sightings::table_of(
    const SeenNumber& seen) noexcept {
  return tables_[static_cast<std::size_t>(seen.kind) * scan_way_count +
                 static_cast<std::size_t>(seen.way)];
}

}  // namespace nsplay::ns
