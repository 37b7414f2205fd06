#include "nsplay/base/suggest.h"

#include <gtest/gtest.h>

namespace nsplay {
namespace {

using Words = std::vector<std::string_view>;

TEST(Closest, FindsTheWordThatWasMeant) {
  const Words commands = {"create", "join", "inspect", "list", "help"};
  const struct {
    const char* written;
    const char* meant;
  } cases[] = {
      {"create", "create"},
      {"creat", "create"},
      {"crreate", "create"},
      {"craete", "create"},
      {"ceeate", "create"},
      {"jion", "join"},
      {"inpsetc", "inspect"},
      {"hlep", "help"},
      {"lits", "list"},
  };
  for (const auto& [written, meant] : cases) {
    SCOPED_TRACE(written);
    EXPECT_EQ(closest(written, commands), meant);
  }
}

TEST(Closest, CountsASwapOfNeighboursAsOneChange) {
  EXPECT_EQ(closest("bac", {"abc"}), "abc");
  EXPECT_EQ(closest("acb", {"abc"}), "abc");
  EXPECT_EQ(closest("cba", {"abc"}), "");
}

TEST(Closest, PrefersTheFewestChanges) {
  EXPECT_EQ(closest("hostname", {"hostnames", "hostname", "hostnam"}), "hostname");
  EXPECT_EQ(closest("domainame", {"hostname", "domainname"}), "domainname");
}

TEST(Closest, TakesTheFirstOfEquallyCloseWords) {
  EXPECT_EQ(closest("test", {"text", "rest"}), "text");
}

TEST(Closest, AllowsChangesInAThirdOfTheLongerWord) {
  EXPECT_EQ(closest("abcdefghi", {"abcdefxyz"}), "abcdefxyz");
  EXPECT_EQ(closest("abcdefghi", {"abcdewxyz"}), "");
  EXPECT_EQ(closest("abcdef", {"abcdefghi"}), "abcdefghi");
  EXPECT_EQ(closest("abcde", {"abcdefghi"}), "");
}

TEST(Closest, SuggestsNothingWhenMoreThanAThirdOfAShortWordDiffers) {
  EXPECT_EQ(closest("xy", {"xz"}), "");
  EXPECT_EQ(closest("x", {"y"}), "");
  EXPECT_EQ(closest("", {"y"}), "");
}

TEST(Closest, SuggestsNothingWhereNothingIsClose) {
  EXPECT_EQ(closest("frobnicate", {"create", "join"}), "");
  EXPECT_EQ(closest("create", {}), "");
  EXPECT_EQ(closest("", {"create"}), "");
}

}  // namespace
}  // namespace nsplay
