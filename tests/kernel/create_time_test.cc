// The clocks of a new time namespace are as far away as was asked.

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/holder.h"
#include "support/deny_syscall.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using namespace std::chrono_literals;
using ns::Kind;
using testing::HasSubstr;

class CreateTime : public LeakCheck {
 protected:
  static bool can_run() { return ::geteuid() == 0 || user_namespaces_can_be_made(); }
};

#define REQUIRE_TIME_NAMESPACES()                             \
  REQUIRE_KERNEL_FEATURE(time_namespaces);                    \
  if (!can_run()) {                                           \
    GTEST_SKIP() << "this user cannot make a time namespace"; \
  }                                                           \
  static_assert(true)

ops::CreateRequest moved(std::chrono::nanoseconds monotonic, std::chrono::nanoseconds boottime) {
  ops::CreateRequest request;
  request.time_offsets = {monotonic, boottime};
  return request;
}

TEST_F(CreateTime, MovesBothClocksAndImpliesTheNamespace) {
  REQUIRE_TIME_NAMESPACES();
  Holder holder(moved(72h + 250ms, -1500ms));
  EXPECT_NE(namespace_link(holder.pid(), Kind::time), namespace_link(::getpid(), Kind::time));
  const std::string offsets = read_process_file(holder.pid(), "timens_offsets");
  EXPECT_THAT(offsets, testing::ContainsRegex("monotonic +259200 +250000000\n"));
  EXPECT_THAT(offsets, testing::ContainsRegex("boottime +-2 +500000000\n"));
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateTime, IsWhatAProgramSees) {
  REQUIRE_TIME_NAMESPACES();
  ops::CreateRequest request = moved(0ns, 2400h);
  request.kinds = {Kind::pid};
  request.program = inside("show", {"/proc/uptime"});
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  const auto point = outcome.output.find('.');
  ASSERT_NE(point, std::string::npos) << outcome;
  const auto begin = outcome.output.find_last_not_of("0123456789", point - 1) + 1;
  EXPECT_GE(std::stoll(outcome.output.substr(begin)), 2400 * 3600) << outcome;
}

TEST_F(CreateTime, AClockBelowZeroIsRefusedWithTheReason) {
  REQUIRE_TIME_NAMESPACES();
  const FrontOutcome outcome = in_child(create_and_wait(moved(-24h * 36600, 0ns)));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, ERANGE);
  EXPECT_THAT(outcome.error->message(), HasSubstr("write /proc/self/timens_offsets"));
  EXPECT_THAT(outcome.error->hint, HasSubstr("below zero"));
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_F(CreateTime, WithoutTheCapabilityIsRefusedWithTheReasonByRoot) {
  REQUIRE_ROOT();
  REQUIRE_TIME_NAMESPACES();
  const FrontOutcome outcome =
      in_child(create_and_wait(moved(1h, 1h), [] { lose_capability(CAP_SYS_TIME); }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, EPERM);
  EXPECT_THAT(outcome.error->hint, HasSubstr("CAP_SYS_TIME"));
}

}  // namespace
}  // namespace nsplay::test
