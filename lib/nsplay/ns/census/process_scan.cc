#include "nsplay/ns/census/process_scan.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/task_view.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/ns/census/way_choice.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"

namespace nsplay::ns {
namespace {

enum class Presence { there, hidden, gone };

Presence presence_after(int errnum) {
  if (errnum == 0) {
    return Presence::there;
  }
  return errnum == EACCES || errnum == EPERM ? Presence::hidden : Presence::gone;
}

bool may_differ_in_threads(KindSet kinds) {
  const auto& slots = all_slots();
  return std::any_of(slots.begin(), slots.end(), [&](const Slot& slot) {
    return slot.differs_in_threads && kinds.contains(slot.kind);
  });
}

/// Where in the question the watched ones stand, by the number that each way sees of them. The same
/// one may stand there several times.
struct WatchedNumbers {
  std::array<std::unordered_multimap<std::uint64_t, std::size_t>, scan_way_count> by;
  std::size_t count = 0;  ///< how many are watched
};

WatchedNumbers numbers_of(const std::vector<NamespaceRef>& watched) {
  WatchedNumbers numbers;
  numbers.count = watched.size();
  for (std::size_t i = 0; i < watched.size(); ++i) {
    numbers.by[static_cast<std::size_t>(ScanWay::ids)].emplace(watched[i].id.value_or(0), i);
    numbers.by[static_cast<std::size_t>(ScanWay::links)].emplace(watched[i].inode, i);
  }
  return numbers;
}

/// A process, or one of its threads.
struct Task {
  pid_t pid;
  pid_t tid;
};

/// What one thread does.
class Scanner {
 public:
  Scanner(WayChoice choice, KindSet kinds, const WatchedNumbers& watched, const sys::UniqueFd& proc)
      : kinds_(kinds),
        threads_matter_(may_differ_in_threads(kinds)),
        watched_(&watched),
        proc_(&proc),
        choice_(choice),
        view_(proc),
        holders_(watched.count) {}

  void look_at(pid_t pid) {
    numbers_ = {};
    view_.use(choice_.next());
    const Presence presence = look_at_process(pid);
    unreadable_ += presence == Presence::hidden ? 1 : 0;
    if (presence != Presence::hidden && threads_matter_ && has_threads(pid)) {
      look_at_threads(pid, presence);
    }
  }

  Sightings& sightings() noexcept { return sightings_; }
  std::vector<std::vector<Holder>>& holders() noexcept { return holders_; }
  [[nodiscard]] std::size_t unreadable() const noexcept { return unreadable_; }

  /// That of a descriptor that could not be had; 0: none.
  [[nodiscard]] int failure() const noexcept { return failure_; }

 private:
  enum class As { process, thread };

  Presence look_at_process(pid_t pid) {
    const int error = note(view_.open_process(pid));
    return error == 0 ? look_at_slots({pid, pid}, As::process) : presence_after(error);
  }

  /// The first slot tells whether there is anything to be seen of the task.
  Presence look_at_slots(Task task, As as) {
    Presence presence = Presence::there;
    for (std::size_t i = 0; i < slot_count && presence == Presence::there; ++i) {
      const Slot& slot = all_slots().at(i);
      const bool is_wanted =
          kinds_.contains(slot.kind) && (as == As::process || slot.differs_in_threads);
      if (i == 0 || is_wanted) {
        sys::Glance glance = view_.glance(slot);
        presence = i == 0 ? presence_after(note(glance.errnum)) : presence;
        if (note(glance.errnum) == 0 && is_wanted) {
          count(task, as, i, std::move(glance));
        }
      }
    }
    return presence;
  }

  void count(Task task, As as, std::size_t index, sys::Glance glance) {
    const Slot& slot = all_slots().at(index);
    const std::uint64_t number = glance.number;
    if (!is_news(as, index, number)) {
      return;
    }
    const SeenNumber key{view_.way(), slot.kind, number};
    Attendance* seen = sightings_.find(key);
    if (seen == nullptr) {
      sys::UniqueFd file = view_.hold(slot, std::move(glance));
      if (!file) {
        return;
      }
      seen = &sightings_.add(key, std::move(file));
    }
    const HolderType type = holder_type(as, slot);
    add_to(*seen, task.pid, type);
    note_holder(number, {type, task.pid, task.tid, -1, {}, {}});
  }

  /// A thread counts where its process is not, and a next child where its parent is not.
  bool is_news(As as, std::size_t index, std::uint64_t number) {
    const Slot& slot = all_slots().at(index);
    const std::uint64_t of_process = numbers_.at(index);
    if (as == As::process) {
      numbers_.at(index) = number;
    } else if (number == of_process) {
      return false;
    }
    return !slot.is_of_children || number != number_of(slot.kind);
  }

  /// The process's own namespace of this kind.
  [[nodiscard]] std::uint64_t number_of(Kind kind) const {
    const auto& slots = all_slots();
    const auto* own = std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) {
      return slot.kind == kind && !slot.is_of_children;
    });
    return numbers_.at(static_cast<std::size_t>(std::distance(slots.begin(), own)));
  }

  static HolderType holder_type(As as, const Slot& slot) {
    if (slot.is_of_children) {
      return HolderType::pending;
    }
    return as == As::thread ? HolderType::thread : HolderType::process;
  }

  static void add_to(Attendance& seen, pid_t pid, HolderType type) {
    if (type == HolderType::process) {
      ++seen.processes;
      seen.process = lower_pid(seen.process, pid);
      return;
    }
    ++(type == HolderType::pending ? seen.pending : seen.threads);
    seen.other = lower_pid(seen.other, pid);
  }

  /// No two kinds have an inode or an id in common.
  void note_holder(std::uint64_t number, const Holder& holder) {
    const auto& watched_here = watched_->by[static_cast<std::size_t>(view_.way())];
    const auto [begin, end] = watched_here.equal_range(number);
    std::for_each(
        begin, end, [&](const auto& watched) { holders_[watched.second].push_back(holder); });
  }

  /// Its directory of threads has a link for each, and two of its own.
  [[nodiscard]] bool has_threads(pid_t pid) const {
    return sys::link_count(*proc_, fmt::format("{}/task", pid).c_str()) > 3;
  }

  /// A process whose first thread has ended is what the first of the others is.
  void look_at_threads(pid_t pid, Presence presence) {
    const auto opening =
        sys::open_quietly(*proc_, fmt::format("{}/task", pid).c_str(), O_RDONLY | O_DIRECTORY);
    const auto threads = sys::numeric_entries(opening.file, "");
    for (std::size_t i = 0; threads && i < threads->size(); ++i) {
      const pid_t tid = (*threads)[i];
      if (tid != pid && note(view_.open_thread(pid, tid)) == 0) {
        const As as = presence == Presence::there ? As::thread : As::process;
        const Presence found = look_at_slots({pid, tid}, as);
        presence = as == As::process ? found : presence;
      }
    }
  }

  int note(int errnum) {
    failure_ = means_no_descriptor(errnum) ? errnum : failure_;
    return errnum;
  }

  KindSet kinds_;
  bool threads_matter_;
  const WatchedNumbers* watched_;
  const sys::UniqueFd* proc_;
  WayChoice choice_;
  TaskView view_;
  Sightings sightings_;
  std::vector<std::vector<Holder>> holders_;
  std::array<std::uint64_t, slot_count> numbers_ = {};  ///< of the process that is looked at
  std::size_t unreadable_ = 0;
  int failure_ = 0;
};

void add_scan_of(Scanner& scanner, ProcessScan& scan) {
  std::vector<Sighting>& seen = scanner.sightings().all();
  std::move(seen.begin(), seen.end(), std::back_inserter(scan.sightings));
  for (std::size_t i = 0; i < scan.holders.size(); ++i) {
    std::vector<Holder>& found = scanner.holders()[i];
    std::move(found.begin(), found.end(), std::back_inserter(scan.holders[i]));
  }
  scan.unreadable += scanner.unreadable();
}

}  // namespace

Result<ProcessScan> scan_processes(KindSet kinds, const std::vector<NamespaceRef>& watched) {
  const auto pids = TRY(procfs::list_processes());
  const sys::UniqueFd proc = TRY(sys::open_file("/proc", O_PATH | O_DIRECTORY));
  const WayChoice choice = has_ids() ? WayChoice() : WayChoice(ScanWay::links);
  const auto numbers = numbers_of(watched);
  std::vector<Scanner> scanners;
  for (std::size_t i = number_of_scanners(pids.size()); i > 0; --i) {
    scanners.emplace_back(choice, kinds, numbers, proc);
  }
  look_at_all(scanners, pids);
  ProcessScan scan;
  scan.holders.resize(watched.size());
  for (Scanner& scanner : scanners) {
    if (scanner.failure() != 0) {
      return fail(no_descriptor(scanner.failure()));
    }
    add_scan_of(scanner, scan);
  }
  return scan;
}

}  // namespace nsplay::ns
