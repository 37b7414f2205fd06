#pragma once

// What one thread of a scan has seen of processes and threads.

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "nsplay/ns/census/holders.h"
#include "nsplay/ns/census/sightings.h"
#include "nsplay/ns/census/task_view.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ns {

/// What is to be seen of a task.
enum class Presence { there, hidden, gone };

Presence presence_after(int errnum) noexcept;

/// A process, or one of its threads.
struct Task {
  pid_t pid;
  pid_t tid;
  HolderType as;  ///< process, thread or zombie
};

/// Where in the question the watched ones stand, by the number that each way sees of them. The same
/// one may stand there several times.
struct WatchedNumbers {
  explicit WatchedNumbers(const std::vector<NamespaceRef>& watched);

  std::array<std::unordered_multimap<std::uint64_t, std::size_t>, scan_way_count> by;
  std::size_t count;  ///< how many are watched
};

class ScanRecord {
 public:
  /// `watched` outlives this.
  ScanRecord(KindSet kinds, const WatchedNumbers& watched);

  /// From here on tasks are of another process.
  void begin_process() noexcept { numbers_ = {}; }

  /// The task that `view` has open. Of a zombie nothing but user and pid namespaces is left.
  Presence look_at(const TaskView& view, const Task& task);

  /// Remembers an errno that says that no further descriptor may be had. Returns it.
  int note(int errnum) noexcept;

  Sightings& sightings() noexcept { return sightings_; }
  std::vector<std::vector<Holder>>& holders() noexcept { return holders_; }

  /// That of a descriptor that could not be had; 0: none.
  [[nodiscard]] int failure() const noexcept { return failure_; }

 private:
  [[nodiscard]] bool is_wanted(HolderType as, const Slot& slot) const;
  Presence look_at_slot(const TaskView& view, const Task& task, std::size_t index);
  void count(const TaskView& view, const Task& task, std::size_t index, sys::Glance glance);
  bool is_news(HolderType as, std::size_t index, std::uint64_t number);
  [[nodiscard]] std::uint64_t number_of(Kind kind) const;
  void note_holder(ScanWay way, std::uint64_t number, const Holder& holder);

  KindSet kinds_;
  std::size_t probe_;  ///< the slot that tells whether there is anything to be seen of a task
  const WatchedNumbers* watched_;
  Sightings sightings_;
  std::vector<std::vector<Holder>> holders_;
  std::array<std::uint64_t, slot_count> numbers_ = {};  ///< of the process that is looked at
  int failure_ = 0;
};

}  // namespace nsplay::ns
