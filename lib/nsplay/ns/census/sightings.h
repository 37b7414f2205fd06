#pragma once

// What one scan has seen: each namespace once, with who is in it.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "nsplay/ns/census/task_view.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ns {

/// Who is in a namespace.
struct Attendance {
  std::size_t processes = 0;    ///< zombies do not count
  std::size_t threads = 0;      ///< without their process
  std::size_t pending = 0;      ///< tasks whose next child will be in it
  std::size_t descriptors = 0;  ///< that are open on it
  std::size_t sockets = 0;      ///< of processes that are elsewhere
  pid_t process = 0;            ///< the one with the lowest pid; 0: none
  pid_t other = 0;              ///< the lowest one that keeps it in another way

  void add(const Attendance& others) noexcept;
};

/// The lower one of two pids, of which 0 is none.
pid_t lower_pid(pid_t one, pid_t other) noexcept;

struct Sighting {
  sys::UniqueFd file;  ///< holds the namespace
  Kind kind = Kind::uts;
  Attendance attendance;
};

/// A namespace as one way of looking knows it.
struct SeenNumber {
  ScanWay way;
  Kind kind;
  std::uint64_t number;  ///< an id, or an inode of what is held here
};

class Sightings {
 public:
  /// Nothing yet: nullptr.
  [[nodiscard]] Attendance* find(const SeenNumber& seen) noexcept;

  /// One that find() does not find.
  Attendance& add(const SeenNumber& seen, sys::UniqueFd file);

  /// All of them, in the order in which they were seen first.
  [[nodiscard]] std::vector<Sighting>& all() noexcept { return all_; }

 private:
  /// A table for each kind and way, whose numbers mean nothing to another.
  std::unordered_map<std::uint64_t, std::size_t>& table_of(const SeenNumber& seen) noexcept;

  std::vector<Sighting> all_;
  std::vector<std::unordered_map<std::uint64_t, std::size_t>> tables_ =
      std::vector<std::unordered_map<std::uint64_t, std::size_t>>(kind_count * scan_way_count);
};

}  // namespace nsplay::ns
