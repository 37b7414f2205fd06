#include "nsplay/sys/credentials.h"

#include <gtest/gtest.h>

namespace nsplay::sys {
namespace {

TEST(Capability, IsCalledAsInCapabilities7) {
  const struct {
    Capability capability;
    const char* name;
  } cases[] = {
      {Capability::setgid, "CAP_SETGID"},
      {Capability::setuid, "CAP_SETUID"},
      {Capability::sys_chroot, "CAP_SYS_CHROOT"},
      {Capability::sys_ptrace, "CAP_SYS_PTRACE"},
      {Capability::sys_admin, "CAP_SYS_ADMIN"},
      {Capability::setfcap, "CAP_SETFCAP"},
  };
  for (const auto& [capability, name] : cases) {
    EXPECT_EQ(capability_name(capability), name);
  }
}

}  // namespace
}  // namespace nsplay::sys
