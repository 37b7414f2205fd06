#include "nsplay/sys/credentials.h"

#include <linux/capability.h>

#include <gtest/gtest.h>

namespace nsplay::sys {
namespace {

TEST(Capability, HasTheNumberOfTheKernel) {
  EXPECT_EQ(static_cast<int>(Capability::setgid), CAP_SETGID);
  EXPECT_EQ(static_cast<int>(Capability::setuid), CAP_SETUID);
  EXPECT_EQ(static_cast<int>(Capability::sys_chroot), CAP_SYS_CHROOT);
  EXPECT_EQ(static_cast<int>(Capability::sys_ptrace), CAP_SYS_PTRACE);
  EXPECT_EQ(static_cast<int>(Capability::sys_admin), CAP_SYS_ADMIN);
  EXPECT_EQ(static_cast<int>(Capability::setfcap), CAP_SETFCAP);
}

}  // namespace
}  // namespace nsplay::sys
