// A user namespace that is somebody else's from its birth.

#include <unistd.h>

#include <cerrno>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"

#include "kernel/holder.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;

class CreateOwner : public LeakCheck {};

ops::CreateRequest owned_by(sys::UserAndGroup owner) {
  ops::CreateRequest request;
  request.ids.owner = owner;
  return request;
}

uid_t owner_of_user_namespace(pid_t pid) {
  const auto process = procfs::pin_process(pid);
  const auto handle = process ? ns::open_namespace(*process, Kind::user) : fail(process.error());
  const auto uid = handle ? ns::owner_uid_of(*handle) : fail(handle.error());
  return uid.value_or(0);
}

TEST_F(CreateOwner, OwnsTheNamespaceAndRunsTheChildByRoot) {
  REQUIRE_ROOT();
  ops::CreateRequest request = owned_by({1000, 1001});
  request.ids.map_root_user = true;
  request.kinds = {Kind::uts};
  Holder holder(request);
  EXPECT_EQ(owner_of_user_namespace(holder.pid()), 1000U);
  const std::string status = read_process_file(holder.pid(), "status");
  EXPECT_THAT(status, HasSubstr("Uid:\t1000\t1000\t1000\t1000\n"));
  EXPECT_THAT(status, HasSubstr("Gid:\t1001\t1001\t1001\t1001\n"));
  EXPECT_THAT(status, testing::ContainsRegex("Groups:\t *\n"));
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateOwner, IsNobodyElseInTheFrontProcessAfterwardsByRoot) {
  REQUIRE_ROOT();
  const std::string before = read_process_file(::getpid(), "status");
  Holder holder(owned_by({1000, 1001}));
  const std::string after = read_process_file(holder.front().pid(), "status");
  for (const char* field : {"Uid:", "Gid:", "Groups:", "CapEff:", "CapPrm:"}) {
    const auto line = [&](const std::string& text) {
      const auto begin = text.find(field);
      return text.substr(begin, text.find('\n', begin) - begin);
    };
    EXPECT_EQ(line(after), line(before));
  }
  EXPECT_TRUE(passed(holder.end()));
}

TEST_F(CreateOwner, IsMappedInsteadOfTheCallerAlsoWithClocksThatMoveByRoot) {
  REQUIRE_ROOT();
  REQUIRE_KERNEL_FEATURE(time_namespaces);
  ops::CreateRequest request = owned_by({1000, 1001});
  request.ids.map_root_user = true;
  request.time_offsets.boottime = std::chrono::hours(1);
  Holder holder(request);
  EXPECT_THAT(read_process_file(holder.pid(), "uid_map"),
              testing::ContainsRegex("^ +0 +1000 +1\n$"));
  EXPECT_THAT(read_process_file(holder.pid(), "gid_map"),
              testing::ContainsRegex("^ +0 +1001 +1\n$"));
  EXPECT_THAT(read_process_file(holder.pid(), "timens_offsets"), HasSubstr(" 3600 "));
  const FrontOutcome outcome = holder.end();
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateOwner, KeepsHisIdsWithoutAMapByRoot) {
  REQUIRE_ROOT();
  ops::CreateRequest request = owned_by({1000, 1001});
  request.program = inside("report");
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
  EXPECT_EQ(InsideReport(outcome.output)["uid"], "1000 1000 1000");
  EXPECT_EQ(InsideReport(outcome.output)["caps"], "0000000000000000");
}

TEST_F(CreateOwner, WhoIsTheCallerNeedsNoPrivilege) {
  REQUIRE_USER_NAMESPACES();
  ops::CreateRequest request = owned_by({::geteuid(), ::getegid()});
  request.program = inside("exit", {"0"});
  const FrontOutcome outcome = in_child(create_and_wait(request));
  EXPECT_TRUE(passed(outcome));
}

TEST_F(CreateOwner, WhoIsSomebodyElseNeedsRoot) {
  ops::CreateRequest request = owned_by({1, 1});
  request.program = inside("exit", {"0"});
  const FrontOutcome outcome = in_child(create_and_wait(request, become_ordinary_user));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.error->errnum, EPERM);
  EXPECT_THAT(outcome.error->message(), HasSubstr("--owner 1:1: "));
  EXPECT_THAT(outcome.error->hint, HasSubstr("run as root"));
}

}  // namespace
}  // namespace nsplay::test
