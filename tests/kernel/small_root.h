#pragma once

// A root directory for programs: /bin/sh and /bin/busybox, nothing else.

#include <string>
#include <vector>

#include "support/temporary_directory.h"

namespace nsplay::test {

class SmallRoot {
 public:
  /// `made` are the files and directories below it that the test or the library makes, each after
  /// the directory that it is in. Those alone are removed, and nothing below a mount.
  explicit SmallRoot(std::vector<std::string> made = {});
  SmallRoot(const SmallRoot&) = delete;
  SmallRoot& operator=(const SmallRoot&) = delete;
  ~SmallRoot();

  [[nodiscard]] const std::string& path() const { return directory_.path(); }

  /// "/a" as the caller sees it.
  [[nodiscard]] std::string operator/(const std::string& name) const;

  void make_directory(const std::string& name) const;
  void make_link(const std::string& name, const std::string& target) const;

 private:
  TemporaryDirectory directory_;
  std::vector<std::string> made_;
};

/// Empty, or why this machine has no such root.
std::string reason_without_small_root();

}  // namespace nsplay::test

#define REQUIRE_SMALL_ROOT()                                                                       \
  if (const std::string why_not = ::nsplay::test::reason_without_small_root(); !why_not.empty()) { \
    GTEST_SKIP() << why_not;                                                                       \
  }                                                                                                \
  static_assert(true)
