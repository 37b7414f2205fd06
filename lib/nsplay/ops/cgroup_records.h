#pragma once

// The cgroups that nsplay has made and nobody has removed yet: a directory of symbolic links below
// /run, one for each. A link's text is the cgroup's path below the mount of cgroup2; its name is
// the cgroup's inode number, which the kernel gives only once within a boot, or "new" while it is
// being made. A link is there before its cgroup is, so that a crash leaves nothing that a later
// command does not find.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

struct CgroupRecord {
  std::optional<std::uint64_t> inode;  ///< empty: of one that was being made
  std::string path;
};

class [[nodiscard]] CgroupRecords {
 public:
  CgroupRecords() = default;

  /// Errors: those of the runtime directory, in which they are.
  static Result<CgroupRecords> open_or_make();

  /// The same, but empty where there are none.
  static Result<std::optional<CgroupRecords>> open();

  /// Who makes or removes holds the lock: unlock(), or the end of all who have the descriptor.
  Result<> lock();
  void unlock() noexcept;
  [[nodiscard]] bool is_locked() const noexcept { return static_cast<bool>(lock_); }

  /// In the order in which they can be removed: what lies deeper comes first.
  [[nodiscard]] Result<std::vector<CgroupRecord>> read() const;

  /// Of a cgroup that is about to be made.
  [[nodiscard]] Result<> announce(const std::string& path) const;

  /// It was made.
  [[nodiscard]] Result<> confirm(std::uint64_t inode) const;

  [[nodiscard]] Result<> remove(const CgroupRecord& record) const;

 private:
  CgroupRecords(sys::UniqueFd directory, std::string path)
      : directory_(std::move(directory)), path_(std::move(path)) {}

  sys::UniqueFd directory_;
  std::string path_;
  sys::UniqueFd lock_;
};

}  // namespace nsplay::ops
