#include "nsplay/ns/census/scan_record.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "nsplay/ns/census/turns.h"

namespace nsplay::ns {
namespace {

bool is_left_of_a_zombie(const Slot& slot) {
  return !slot.is_of_children && (slot.kind == Kind::user || slot.kind == Kind::pid);
}

/// One that is asked for anyway, where it can be, of those that a zombie has no more.
std::size_t probe_for(KindSet kinds) {
  const auto& slots = all_slots();
  const auto* found = std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) {
    return kinds.contains(slot.kind) && !slot.is_of_children && !is_left_of_a_zombie(slot);
  });
  return found == slots.end() ? 0 : static_cast<std::size_t>(std::distance(slots.begin(), found));
}

void add_to(Attendance& seen, pid_t pid, HolderType type) {
  if (type == HolderType::process) {
    ++seen.processes;
    seen.process = lower_pid(seen.process, pid);
    return;
  }
  seen.threads += type == HolderType::thread ? 1 : 0;
  seen.pending += type == HolderType::pending ? 1 : 0;
  seen.other = lower_pid(seen.other, pid);
}

}  // namespace

Presence presence_after(int errnum) noexcept {
  if (errnum == 0) {
    return Presence::there;
  }
  return errnum == EACCES || errnum == EPERM ? Presence::hidden : Presence::gone;
}

WatchedNumbers::WatchedNumbers(const std::vector<NamespaceRef>& watched) : count(watched.size()) {
  for (std::size_t i = 0; i < watched.size(); ++i) {
    by[static_cast<std::size_t>(ScanWay::ids)].emplace(watched[i].id.value_or(0), i);
    by[static_cast<std::size_t>(ScanWay::links)].emplace(watched[i].inode, i);
  }
}

ScanRecord::ScanRecord(KindSet kinds, const WatchedNumbers& watched)
    : kinds_(kinds), probe_(probe_for(kinds)), watched_(&watched), holders_(watched.count) {}

bool ScanRecord::is_wanted(HolderType as, const Slot& slot) const {
  if (!kinds_.contains(slot.kind)) {
    return false;
  }
  switch (as) {
    case HolderType::thread:
      return slot.differs_in_threads;
    case HolderType::zombie:
      return is_left_of_a_zombie(slot);
    default:
      return true;
  }
}

Presence ScanRecord::look_at(const TaskView& view, const Task& task) {
  const bool is_zombie = task.as == HolderType::zombie;
  const Presence presence = is_zombie ? Presence::there : look_at_slot(view, task, probe_);
  for (std::size_t i = 0; i < slot_count && presence == Presence::there; ++i) {
    if ((is_zombie || i != probe_) && is_wanted(task.as, all_slots().at(i))) {
      look_at_slot(view, task, i);
    }
  }
  return presence;
}

Presence ScanRecord::look_at_slot(const TaskView& view, const Task& task, std::size_t index) {
  const Slot& slot = all_slots().at(index);
  sys::Glance glance = view.glance(slot);
  const int error = note(glance.errnum);
  if (error == 0 && is_wanted(task.as, slot)) {
    count(view, task, index, std::move(glance));
  }
  return presence_after(error);
}

void ScanRecord::count(const TaskView& view,
                       const Task& task,
                       std::size_t index,
                       sys::Glance glance) {
  const Slot& slot = all_slots().at(index);
  const std::uint64_t number = glance.number;
  if (!is_news(task.as, index, number)) {
    return;
  }
  const SeenNumber key{view.way(), slot.kind, number};
  Attendance* seen = sightings_.find(key);
  if (seen == nullptr) {
    sys::UniqueFd file = view.hold(slot, std::move(glance));
    if (!file) {
      return;
    }
    seen = &sightings_.add(key, std::move(file));
  }
  const HolderType type = slot.is_of_children ? HolderType::pending : task.as;
  add_to(*seen, task.pid, type);
  note_holder(view.way(), number, {type, task.pid, task.tid, -1, {}, {}});
}

/// A thread counts where its process is not, and a next child where its parent is not.
bool ScanRecord::is_news(HolderType as, std::size_t index, std::uint64_t number) {
  const Slot& slot = all_slots().at(index);
  const std::uint64_t of_process = numbers_.at(index);
  if (as != HolderType::thread) {
    numbers_.at(index) = number;
  } else if (number == of_process) {
    return false;
  }
  return !slot.is_of_children || number != number_of(slot.kind);
}

/// The process's own namespace of this kind.
std::uint64_t ScanRecord::number_of(Kind kind) const {
  const auto& slots = all_slots();
  const auto* own = std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) {
    return slot.kind == kind && !slot.is_of_children;
  });
  return numbers_.at(static_cast<std::size_t>(std::distance(slots.begin(), own)));
}

/// No two kinds have an inode or an id in common.
void ScanRecord::note_holder(ScanWay way, std::uint64_t number, const Holder& holder) {
  const auto& watched_here = watched_->by[static_cast<std::size_t>(way)];
  const auto [begin, end] = watched_here.equal_range(number);
  std::for_each(
      begin, end, [&](const auto& watched) { holders_[watched.second].push_back(holder); });
}

int ScanRecord::note(int errnum) noexcept {
  failure_ = means_no_descriptor(errnum) ? errnum : failure_;
  return errnum;
}

}  // namespace nsplay::ns
