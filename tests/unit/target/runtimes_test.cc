// runc and crun by themselves.

#include <gmock/gmock.h>

#include "target/candidate_matchers.h"
#include "target/state_tree.h"

namespace nsplay::target {
namespace {

using test::is_called;
using test::is_said_by;
using test::StateTree;
using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Runc, HasAStateForEachContainer) {
  const StateTree tree;
  tree.add("/run/runc/web/state.json", R"({"init_process_pid":4711,"init_process_start":99})");
  tree.add("/user/runc/own/state.json", R"({"init_process_pid":4712,"init_process_start":98})");
  EXPECT_THAT(tree.find("runc").candidates,
              ElementsAre(AllOf(is_called({"web"}, {"web"}),
                                is_said_by("/run/runc/web/state.json", 4711, 99)),
                          is_said_by("/user/runc/own/state.json", 4712, 98)));
  EXPECT_THAT(tree.find("crun").candidates, IsEmpty());
}

TEST(Crun, HasAStatusForEachContainer) {
  const StateTree tree;
  tree.add("/run/crun/web/status", R"({"pid":4711,"process-start-time":99})");
  tree.add("/run/crun/bad/status", "{}");
  const Findings findings = tree.find("crun");
  EXPECT_THAT(findings.candidates, ElementsAre(is_said_by("/run/crun/web/status", 4711, 99)));
  EXPECT_THAT(findings.broken, SizeIs(1));
  EXPECT_THAT(findings.searched, ElementsAre("/run/crun", "/user/crun"));
}

}  // namespace
}  // namespace nsplay::target
