#include "nsplay/ns/handle.h"

#include <gtest/gtest.h>

namespace nsplay::ns {
namespace {

TEST(FormatNamespace, LooksLikeTheLinkInProc) {
  EXPECT_EQ(format_namespace(Kind::uts, 4026531838), "uts:[4026531838]");
  EXPECT_EQ(format_namespace(Kind::mnt, 18446744073709551615U), "mnt:[18446744073709551615]");
}

}  // namespace
}  // namespace nsplay::ns
