#include "nsplay/render/story.h"

#include <gtest/gtest.h>

namespace nsplay::render {
namespace {

TEST(Story, BeginsAsInTheExampleOfClone2) {
  EXPECT_EQ(story_begin(4711, "x", "myhost"),
            "clone() returned 4711\n"
            "uts.nodename in child:  x\n"
            "uts.nodename in parent: myhost\n");
}

TEST(Story, EndsAsInTheExampleOfClone2) {
  EXPECT_EQ(story_end(), "child has terminated\n");
}

TEST(Story, KeepsItsThreeLinesWhateverTheNodenamesAre) {
  EXPECT_EQ(story_begin(1, "a\nclone() returned 2", "\x1b[2Jgrün"),
            "clone() returned 1\n"
            "uts.nodename in child:  a\\nclone() returned 2\n"
            "uts.nodename in parent: \\x1b[2Jgrün\n");
}

}  // namespace
}  // namespace nsplay::render
