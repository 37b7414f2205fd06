#pragma once

// What a test needs of the machine. A test that cannot run says why: a skip is a gap that the
// summary shows.

#include <functional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace nsplay::test {

/// One interface of the kernel that not every supported kernel has.
struct KernelFeature {
  std::string_view name;
  std::string_view first_kernel;
  bool (*is_there)();
};

extern const KernelFeature pidfd_get_namespace;
extern const KernelFeature pidfd_inode;
extern const KernelFeature pidfd_thread;
extern const KernelFeature namespace_ids;
extern const KernelFeature namespace_file_handles;
extern const KernelFeature next_mount_namespace;
extern const KernelFeature pid_from_namespace;
extern const KernelFeature time_namespaces;
extern const KernelFeature own_binfmt_misc;

/// "PIDFD_GET_*_NAMESPACE needs Linux 6.11"; empty when this kernel has it.
std::string reason_without(const KernelFeature& feature);

bool user_namespaces_can_be_made();

/// TIOCSTI, which newer kernels keep for root (dev.tty.legacy_tiocsti).
bool may_push_input();

}  // namespace nsplay::test

/// The name of such a test ends in ByRoot, so that it is not even tried as anybody else.
#define REQUIRE_ROOT()                           \
  if (::geteuid() != 0) {                        \
    GTEST_SKIP() << "only root can set this up"; \
  }                                              \
  static_assert(true)

#define REQUIRE_TIOCSTI()                                 \
  if (!::nsplay::test::may_push_input()) {                \
    GTEST_SKIP() << "this kernel keeps TIOCSTI for root"; \
  }                                                       \
  static_assert(true)

#define REQUIRE_USER_NAMESPACES()                                  \
  if (!::nsplay::test::user_namespaces_can_be_made()) {            \
    GTEST_SKIP() << "user namespaces cannot be made by this user"; \
  }                                                                \
  static_assert(true)

#define REQUIRE_KERNEL_FEATURE(feature)                                                        \
  if (const std::string why_not = ::nsplay::test::reason_without(feature); !why_not.empty()) { \
    GTEST_SKIP() << why_not;                                                                   \
  }                                                                                            \
  static_assert(true)
