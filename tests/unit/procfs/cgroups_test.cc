#include "nsplay/procfs/cgroups.h"

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

auto is_in(const std::string& controllers, const std::string& path) {
  return AllOf(Field("controllers", &CgroupMembership::controllers, controllers),
               Field("path", &CgroupMembership::path, path));
}

TEST(Cgroups, AreReadForEachHierarchy) {
  EXPECT_THAT(parse_cgroups("12:memory:/docker/abc\n"
                            "3:cpu,cpuacct:/\n"
                            "1:name=systemd:/user.slice\n"
                            "0::/../x\n"),
              Yields(ElementsAre(is_in("memory", "/docker/abc"),
                                 is_in("cpu,cpuacct", "/"),
                                 is_in("name=systemd", "/user.slice"),
                                 is_in("", "/../x"))));
  EXPECT_THAT(parse_cgroups(""), Yields(IsEmpty()));
}

/// As the container runtimes of Kubernetes call theirs.
TEST(Cgroups, MayHaveColonsInTheirPaths) {
  EXPECT_THAT(parse_cgroups("0::/kubepods.slice:cri-containerd:abc\n"),
              Yields(ElementsAre(is_in("", "/kubepods.slice:cri-containerd:abc"))));
}

TEST(Cgroups, AreMalformedWithoutAPath) {
  for (const char* text : {"0::\n", "0:/x\n", "x\n", "0::x\n", "0::/a\nx\n"}) {
    EXPECT_THAT(parse_cgroups(text), Fails("malformed list of cgroups")) << text;
  }
}

}  // namespace
}  // namespace nsplay::procfs
