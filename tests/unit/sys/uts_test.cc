#include "nsplay/sys/uts.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace nsplay::sys {
namespace {

RawUname raw_with(const std::string& nodename) {
  RawUname raw = {};
  const char* const texts[] = {"Linux", "", "6.18", "#1 SMP", "x86_64", "(none)"};
  for (std::size_t i = 0; i < std::size(texts); ++i) {
    std::memcpy(&raw.fields[i][0], texts[i], std::strlen(texts[i]));
  }
  nodename.copy(&raw.fields[1][0], RawUname::field_size);
  return raw;
}

TEST(Uname, HasTheFieldsInTheKernelsOrder) {
  const Uname uname = uname_from(raw_with("web"));
  EXPECT_EQ(uname.sysname, "Linux");
  EXPECT_EQ(uname.nodename, "web");
  EXPECT_EQ(uname.release, "6.18");
  EXPECT_EQ(uname.version, "#1 SMP");
  EXPECT_EQ(uname.machine, "x86_64");
  EXPECT_EQ(uname.domainname, "(none)");
}

TEST(Uname, TakesTheLongestName) {
  const std::string longest(longest_uts_name, 'x');
  EXPECT_EQ(uname_from(raw_with(longest)).nodename, longest);
}

TEST(Uname, StaysInsideAFieldWithoutNul) {
  const std::string full(RawUname::field_size, 'x');
  EXPECT_EQ(uname_from(raw_with(full)).nodename, full);
}

}  // namespace
}  // namespace nsplay::sys
