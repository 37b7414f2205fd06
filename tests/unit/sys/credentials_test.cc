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

TEST(CapabilityNamed, KnowsNamesWithAndWithoutPrefixInAnyCase) {
  for (const char* name : {"sys_admin", "cap_sys_admin", "CAP_SYS_ADMIN", "Sys_Admin"}) {
    EXPECT_EQ(capability_named(name), CapabilitySet{1} << 21) << name;
  }
  EXPECT_EQ(capability_named("chown"), CapabilitySet{1});
  EXPECT_EQ(capability_named("checkpoint_restore"), CapabilitySet{1} << 40);
}

TEST(CapabilityNamed, KnowsNoOther) {
  for (const char* name : {"", "cap_", "sys_admi", "sys_admin ", "sys_admin,chown", "21x", "all"}) {
    EXPECT_EQ(capability_named(name), std::nullopt) << name;
  }
}

TEST(CapabilityNames, AreThoseOfTheBitsInTheirOrder) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(capability_names(0), Names{});
  EXPECT_EQ(capability_names((CapabilitySet{1} << 21) | 1), (Names{"cap_chown", "cap_sys_admin"}));
  EXPECT_EQ(capability_names(CapabilitySet{1} << 63), Names{"63"});
}

}  // namespace
}  // namespace nsplay::sys
