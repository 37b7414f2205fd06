#pragma once

// A cgroup that a test makes and removes again, below the mount of one hierarchy. Only for root.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace nsplay::test {

class Cgroup {
 public:
  /// `hierarchy` is "cgroup2" or a controller of cgroup v1. Throws when it cannot be made.
  Cgroup(std::string_view hierarchy, const std::string& name);
  /// One in another, which is called like this and no more.
  Cgroup(const Cgroup& above, const std::string& name);
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();

  /// Moves a process here.
  void take(pid_t pid) const;

  void write(const std::string& file, const std::string& text) const;

  /// As /proc/PID/cgroup has it, where the hierarchy is mounted as a whole.
  [[nodiscard]] std::string path() const { return "/" + name_; }

  /// Where that hierarchy is mounted; empty: nowhere here.
  static std::optional<std::string> mount_of(std::string_view hierarchy);

 private:
  void make() const;

  std::string name_;
  std::string directory_;
};

}  // namespace nsplay::test

#define REQUIRE_CGROUPS(hierarchy)                                              \
  if (!::nsplay::test::Cgroup::mount_of(hierarchy)) {                           \
    GTEST_SKIP() << "no hierarchy " << (hierarchy) << " of cgroups is mounted"; \
  }                                                                             \
  static_assert(true)
