#include "nsplay/ns/census/task_view.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nsplay/sys/files.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/process.h"

namespace nsplay::ns {
namespace {

namespace abi = sys::abi;

constexpr Slot slot_of(Kind kind, const KindInfo& info, bool differs_in_threads) {
  return {kind, info.pidfd_request, info.name.data(), false, differs_in_threads};
}

/// Only a process of one thread can change its user and time namespace, and nobody his pid
/// namespace: setns(2), unshare(2).
std::array<Slot, slot_count> make_slots() {
  std::array<Slot, slot_count> slots = {{
      slot_of(Kind::uts, info_of(Kind::uts), true),
      slot_of(Kind::cgroup, info_of(Kind::cgroup), true),
      slot_of(Kind::ipc, info_of(Kind::ipc), true),
      slot_of(Kind::mnt, info_of(Kind::mnt), true),
      slot_of(Kind::net, info_of(Kind::net), true),
      slot_of(Kind::pid, info_of(Kind::pid), false),
      slot_of(Kind::time, info_of(Kind::time), false),
      slot_of(Kind::user, info_of(Kind::user), false),
      {Kind::pid, abi::pidfd_get_pid_namespace_of_children, "pid_for_children", true, true},
      {Kind::time, abi::pidfd_get_time_namespace_of_children, "time_for_children", true, true},
  }};
  return slots;
}

using PathText = std::array<char, 48>;

PathText path_of(pid_t pid) {
  PathText text = {};
  fmt::format_to_n(text.data(), text.size() - 1, "{}/ns", pid);
  return text;
}

PathText path_of(pid_t pid, pid_t tid) {
  PathText text = {};
  fmt::format_to_n(text.data(), text.size() - 1, "{}/task/{}/ns", pid, tid);
  return text;
}

}  // namespace

const std::array<Slot, slot_count>& all_slots() noexcept {
  static const std::array<Slot, slot_count> slots = make_slots();
  return slots;
}

bool has_ids() noexcept {
  const auto self = sys::open_task(sys::own_pid(), sys::TaskType::process);
  return self.file && sys::glance_by_pidfd(self.file, info_of(Kind::uts).pidfd_request).errnum == 0;
}

int TaskView::open_process(pid_t pid) {
  auto opening = way_ == ScanWay::ids
                     ? sys::open_task(pid, sys::TaskType::process)
                     : sys::open_quietly(*proc_, path_of(pid).data(), O_PATH | O_DIRECTORY);
  task_ = std::move(opening.file);
  return opening.errnum;
}

int TaskView::open_thread(pid_t pid, pid_t tid) {
  auto opening = way_ == ScanWay::ids
                     ? sys::open_task(tid, sys::TaskType::thread)
                     : sys::open_quietly(*proc_, path_of(pid, tid).data(), O_PATH | O_DIRECTORY);
  task_ = std::move(opening.file);
  return opening.errnum;
}

sys::Glance TaskView::glance(const Slot& slot) const noexcept {
  if (way_ == ScanWay::ids) {
    return sys::glance_by_pidfd(task_, slot.pidfd_request);
  }
  const auto [inode, errnum] = sys::glance_at_link(task_, slot.name);
  return {sys::UniqueFd(), inode, errnum};
}

sys::UniqueFd TaskView::hold(const Slot& slot, sys::Glance glance) const {
  if (glance.file) {
    return std::move(glance.file);
  }
  auto opening = sys::open_quietly(task_, slot.name, O_RDONLY);
  const auto identity = sys::identity_of(opening.file, "");
  return identity && identity->inode == glance.number ? std::move(opening.file) : sys::UniqueFd();
}

}  // namespace nsplay::ns
