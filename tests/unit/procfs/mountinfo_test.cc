#include "nsplay/procfs/mountinfo.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::procfs {
namespace {

using test::Fails;
using test::Yields;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

auto is_mount(const std::string& root,
              const std::string& point,
              const std::string& type,
              const std::string& options) {
  return AllOf(Field("root", &Mount::root, root),
               Field("mount_point", &Mount::mount_point, point),
               Field("type", &Mount::type, type),
               Field("options", &Mount::options, options));
}

TEST(Mountinfo, IsReadWithAnyNumberOfOptionalFields) {
  EXPECT_THAT(
      parse_mountinfo("36 35 98:0 /a /b rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=x\n"
                      "57 47 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
      Yields(ElementsAre(is_mount("/a", "/b", "ext3", "rw,errors=x"),
                         is_mount("/", "/sys/fs/cgroup", "cgroup2", "rw"))));
  EXPECT_THAT(parse_mountinfo(""), Yields(IsEmpty()));
}

TEST(Mountinfo, HasItsPathsUnescaped) {
  EXPECT_THAT(parse_mountinfo(R"(1 2 0:1 /a\040b\011c\012d\134e /\134040 rw - tmpfs no\040ne rw)"),
              Yields(ElementsAre(is_mount("/a b\tc\nd\\e", "/\\040", "tmpfs", "rw"))));
  EXPECT_THAT(parse_mountinfo(R"(1 2 0:1 /a\9 /\04 rw - tmpfs none rw)"),
              Yields(ElementsAre(is_mount("/a\\9", "/\\04", "tmpfs", "rw"))));
}

TEST(Mountinfo, IsMalformedWhenALineLacksFields) {
  for (const char* text : {"36 35 98:0 / /b rw\n",
                           "36 35 98:0 / /b rw shared:1 ext3 none rw\n",
                           "36 35 98:0 / /b rw - ext3 none\n",
                           "x\n"}) {
    EXPECT_THAT(parse_mountinfo(text), Fails("malformed mountinfo")) << text;
  }
}

TEST(Mountinfo, ThatIsReadableIsAllButTheLinesThatLackFields) {
  EXPECT_THAT(readable_mounts("36 35 98:0 /a /b rw - ext3 /dev/root rw,errors=x\n"
                              "x\n"
                              "37 35 0:5 / /broken rw - fuse none rw,option=\n"
                              "of two lines\n"
                              "\n"
                              "38 35 0:4 net:[4026532178] /run/netns/blue rw - nsfs nsfs rw"),
              ElementsAre(is_mount("/a", "/b", "ext3", "rw,errors=x"),
                          is_mount("/", "/broken", "fuse", "rw,option="),
                          is_mount("net:[4026532178]", "/run/netns/blue", "nsfs", "rw")));
  EXPECT_THAT(readable_mounts("x\n"), IsEmpty());
}

TEST(HasOption, ComparesWholeParts) {
  EXPECT_TRUE(has_option("rw,cpu,cpuacct", "cpu"));
  EXPECT_TRUE(has_option("rw,cpu,cpuacct", "cpuacct"));
  EXPECT_TRUE(has_option("rw,name=systemd", "name=systemd"));
  EXPECT_FALSE(has_option("rw,cpuacct", "cpu"));
  EXPECT_FALSE(has_option("", "cpu"));
}

}  // namespace
}  // namespace nsplay::procfs
