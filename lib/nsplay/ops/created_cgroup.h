#pragma once

// The cgroup of cgroup v2 that create puts its child into: made with its missing parents, and what
// was made is removed again when the child has ended, by a later command where this one is gone.

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/cgroup.h"
#include "nsplay/ops/cgroup_records.h"
#include "nsplay/ops/narration.h"

namespace nsplay::ops {

class [[nodiscard]] CreatedCgroup {
 public:
  CreatedCgroup() = default;
  CreatedCgroup(CreatedCgroup&&) = default;
  CreatedCgroup& operator=(CreatedCgroup&& other) noexcept;
  CreatedCgroup(const CreatedCgroup&) = delete;
  CreatedCgroup& operator=(const CreatedCgroup&) = delete;

  /// Removes what it made. What a process is still in is left to a later command.
  ~CreatedCgroup() { remove(); }

  /// `path` is below the mount of cgroup2; "..", links and mounts lead nowhere. Until settle() no
  /// other command removes it. It has passed check_cgroup_path(). Errors: no cgroup2 is mounted;
  /// EACCES the caller may not make it or put processes there; it is frozen; those of
  /// CgroupRecords.
  static Result<CreatedCgroup> make(const std::string& path, const Narrator& narrator);

  explicit operator bool() const noexcept { return static_cast<bool>(place_.directory); }

  [[nodiscard]] const OpenCgroup& place() const noexcept { return place_; }

  /// Moves a process there. Errors: those of cgroups(7), with the cure.
  [[nodiscard]] Result<> take(pid_t pid) const;

  /// The child is in it.
  void settle() noexcept { records_.unlock(); }

  /// From here on it lives without us.
  void keep() noexcept { made_.clear(); }

 private:
  Result<> make_below(const sys::UniqueFd& top, const std::string& path);
  Result<sys::UniqueFd> make_one(const sys::UniqueFd& parent,
                                 const std::string& name,
                                 const std::string& path);
  void remove() noexcept;

  OpenCgroup place_;
  CgroupRecords records_;
  Narrator narrator_;
  std::vector<CgroupRecord> made_;
};

/// Usage error: no path below the mount of cgroup2.
Result<> check_cgroup_path(const std::string& path);

/// How long to wait for the last process of a cgroup to be gone for good.
enum class Patience { none, short_while };

/// Removes the cgroups that were made for children which have ended, with those below them. What
/// cannot be removed now is left to the next command.
void remove_abandoned_cgroups(Patience patience) noexcept;

}  // namespace nsplay::ops
