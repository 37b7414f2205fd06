#pragma once

// The namespaces of one process or thread, by one of two ways.

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/glance.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ns {

/// Where a task says which namespace it is in, or its next child will be.
struct Slot {
  Kind kind;
  unsigned pidfd_request;
  const char* name;  ///< below /proc/PID/ns
  bool is_of_children;
  bool differs_in_threads;  ///< whether a thread may be in another one than its process
};

inline constexpr std::size_t slot_count = kind_count + 2;

/// Those of the task itself first.
const std::array<Slot, slot_count>& all_slots() noexcept;

enum class ScanWay {
  ids,    ///< pidfds and NS_GET_ID, Linux 6.18
  links,  ///< the links below /proc/PID/ns, whose inodes mean something as long as they are held
};

inline constexpr std::size_t scan_way_count = 2;

/// Whether this kernel has pidfds that lead to namespaces, and ids. The links are always there.
bool has_ids() noexcept;

class [[nodiscard]] TaskView {
 public:
  /// `proc` is the directory /proc, and outlives this.
  explicit TaskView(const sys::UniqueFd& proc) noexcept : proc_(&proc) {}

  /// From the next task on.
  void use(ScanWay way) noexcept { way_ = way; }
  [[nodiscard]] ScanWay way() const noexcept { return way_; }

  /// From here on this task is meant. The errno, 0 for success.
  [[nodiscard]] int open_process(pid_t pid);
  [[nodiscard]] int open_thread(pid_t pid, pid_t tid);

  /// Which namespace it is: an id or an inode, by the way. Holds the namespace where that costs
  /// nothing.
  [[nodiscard]] sys::Glance glance(const Slot& slot) const noexcept;

  /// A descriptor of the namespace that was seen; an empty one: the task is in another one by now.
  [[nodiscard]] sys::UniqueFd hold(const Slot& slot, sys::Glance glance) const;

 private:
  ScanWay way_ = ScanWay::links;
  const sys::UniqueFd* proc_;
  sys::UniqueFd task_;  ///< a pidfd, or /proc/PID/ns, below which a link is one step away
};

}  // namespace nsplay::ns
