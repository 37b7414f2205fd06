#include "nsplay/ns/census/process_scan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/scan_record.h"
#include "nsplay/ns/census/task_view.h"
#include "nsplay/ns/census/threads.h"
#include "nsplay/ns/census/way_choice.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"

namespace nsplay::ns {
namespace {

/// What one thread does.
class Scanner {
 public:
  Scanner(WayChoice choice, KindSet kinds, const WatchedNumbers& watched, const sys::UniqueFd& proc)
      : threads_matter_(may_differ_in_threads(kinds)),
        proc_(&proc),
        choice_(choice),
        view_(proc),
        record_(kinds, watched) {}

  void look_at(pid_t pid) {
    record_.begin_process();
    view_.use(choice_.next());
    const Presence presence = look_at_process(pid, HolderType::process);
    if (presence == Presence::hidden) {
      ++unreadable_;
    } else if ((threads_matter_ || presence == Presence::gone) && has_threads(*proc_, pid)) {
      look_at_threads(*proc_, pid, presence, view_, record_);
    } else if (presence == Presence::gone) {
      look_at_zombie(pid);
    }
  }

  ScanRecord& record() noexcept { return record_; }
  [[nodiscard]] std::size_t unreadable() const noexcept { return unreadable_; }

 private:
  Presence look_at_process(pid_t pid, HolderType as) {
    const int error = record_.note(view_.open_process(pid));
    return error == 0 ? record_.look_at(view_, {pid, pid, as}) : presence_after(error);
  }

  /// What it keeps is shown by its links alone.
  void look_at_zombie(pid_t pid) {
    view_.use(ScanWay::links);
    look_at_process(pid, HolderType::zombie);
  }

  bool threads_matter_;
  const sys::UniqueFd* proc_;
  WayChoice choice_;
  TaskView view_;
  ScanRecord record_;
  std::size_t unreadable_ = 0;
};

void add_scan_of(Scanner& scanner, ProcessScan& scan) {
  ScanRecord& record = scanner.record();
  std::vector<Sighting>& seen = record.sightings().all();
  std::move(seen.begin(), seen.end(), std::back_inserter(scan.sightings));
  for (std::size_t i = 0; i < scan.holders.size(); ++i) {
    std::vector<Holder>& found = record.holders()[i];
    std::move(found.begin(), found.end(), std::back_inserter(scan.holders[i]));
  }
  scan.unreadable += scanner.unreadable();
}

}  // namespace

Result<ProcessScan> scan_processes(KindSet kinds,
                                   const std::vector<NamespaceRef>& watched,
                                   const OnProgress& on_progress) {
  const auto pids = TRY(procfs::list_processes());
  const sys::UniqueFd proc = TRY(sys::open_file("/proc", O_PATH | O_DIRECTORY));
  const WayChoice choice = has_ids() ? WayChoice() : WayChoice(ScanWay::links);
  const WatchedNumbers numbers(watched);
  std::vector<Scanner> scanners;
  for (std::size_t i = number_of_scanners(pids.size()); i > 0; --i) {
    scanners.emplace_back(choice, kinds, numbers, proc);
  }
  look_at_all(scanners, pids, on_progress);
  ProcessScan scan;
  scan.holders.resize(watched.size());
  for (Scanner& scanner : scanners) {
    if (const int failure = scanner.record().failure()) {
      return fail(no_descriptor(failure));
    }
    add_scan_of(scanner, scan);
  }
  return scan;
}

}  // namespace nsplay::ns
