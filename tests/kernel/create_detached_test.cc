// A child that lives on without its maker: of its own session, without terminal and files.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <map>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

ops::CreateRequest detached(ops::CreateRequest request) {
  request.attachment = ops::Attachment::detached;
  return request;
}

struct DetachedShape {
  const char* name;
  KindSet kinds;
  Words program;
  ops::Init init;
};

std::ostream& operator<<(std::ostream& stream, const DetachedShape& shape) {
  return stream << shape.name;
}

class CreateDetached : public LeakCheck, public testing::WithParamInterface<DetachedShape> {
 protected:
  static ops::CreateRequest request() {
    ops::CreateRequest request = creation_of(GetParam().kinds, GetParam().program);
    request.init = GetParam().init;
    return detached(request);
  }

  /// The child, whose maker has ended, so that it is the test's own now. 0: there is none.
  static pid_t make(const Preparation& preparation = {}) {
    const FrontOutcome outcome = in_child(create_and_wait(request(), preparation));
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_FALSE(outcome.error) << outcome;
    const auto line = outcome.output.find("created ");
    return line == std::string::npos ? 0 : std::stoi(outcome.output.substr(line + 8));
  }
};

INSTANTIATE_TEST_SUITE_P(
    As,
    CreateDetached,
    testing::Values(
        DetachedShape{"holder", {Kind::uts}, {}, ops::Init::reaping},
        DetachedShape{"holder_of_everything", KindSet::all(), {}, ops::Init::reaping},
        DetachedShape{"program", {Kind::uts}, inside("wait"), ops::Init::reaping},
        DetachedShape{"program_below_init", {Kind::pid}, inside("wait"), ops::Init::reaping},
        DetachedShape{"program_as_pid_1", {Kind::pid}, inside("wait"), ops::Init::program}),
    [](const auto& row) { return row.param.name; });

TEST_P(CreateDetached, OutlivesItsMakerAloneAndInItsNamespaces) {
  const pid_t pid = make();
  ASSERT_GT(pid, 0);
  EXPECT_THAT(own_children(), testing::ElementsAre(pid));
  EXPECT_EQ(different_kinds(::getpid(), pid).to_string(),
            with_privilege_for(GetParam().kinds).to_string());
  EXPECT_EQ(::kill(pid, SIGKILL), 0);
  EXPECT_EQ(wait_for_child(pid), 128 + SIGKILL);
}

TEST_P(CreateDetached, HasASessionAndNoneOfTheMakersFiles) {
  const PipeEnds inherited = open_pipe();
  const pid_t pid = make([&] {
    must(::fcntl(inherited.write_end.get(), F_SETFD, 0) == 0, "fcntl");
    must(::dup2(inherited.write_end.get(), 77) == 77, "dup2");
  });
  ASSERT_GT(pid, 0);
  EXPECT_EQ(stat_field(pid, 6), std::to_string(pid)) << "it leads no session";
  EXPECT_TRUE(eventually([&] { return has_null_streams_and_no_file(pid); }))
      << testing::PrintToString(descriptors_of(pid));
  ::kill(pid, SIGKILL);
  EXPECT_EQ(wait_for_child(pid), 128 + SIGKILL);
}

TEST_P(CreateDetached, EndsByASignal) {
  const pid_t pid = make();
  ASSERT_GT(pid, 0);
  // pid_namespaces(7): a pid 1 of a program that has no handler gets SIGKILL alone.
  const bool is_raw = GetParam().init == ops::Init::program;
  const int signal = is_raw ? SIGKILL : SIGTERM;
  EXPECT_EQ(::kill(pid, signal), 0);
  EXPECT_EQ(wait_for_child(pid), GetParam().program.empty() ? 0 : 128 + signal);
}

class CreateDetachedChild : public LeakCheck {};

TEST_F(CreateDetachedChild, EndsWithItsLifetime) {
  ops::CreateRequest request = detached(creation_of({Kind::uts}));
  request.lifetime = std::chrono::seconds(1);
  const FrontOutcome outcome = in_child(create_and_wait(request));
  ASSERT_FALSE(outcome.error) << outcome;
  const auto children = own_children();
  ASSERT_EQ(children.size(), 1U);
  EXPECT_EQ(wait_for_child(children.front()), 0);
}

TEST_F(CreateDetachedChild, HasItsHostnameWhenCreateReturns) {
  ops::CreateRequest request = detached(creation_of({}));
  request.hostname = "detached-host";
  const FrontOutcome outcome = in_child(create_and_wait(request));
  ASSERT_FALSE(outcome.error) << outcome;
  const auto children = own_children();
  ASSERT_EQ(children.size(), 1U);
  const FrontOutcome joined =
      in_child(join_and_wait(joining(std::to_string(children.front()), inside("report"))));
  EXPECT_EQ(InsideReport(joined.output)["nodename"], "detached-host") << joined;
  ::kill(children.front(), SIGTERM);
  EXPECT_EQ(wait_for_child(children.front()), 0);
}

TEST_F(CreateDetachedChild, KeepsNoFileSystemBusy) {
  const FrontOutcome outcome = in_child(create_and_wait(
      detached(creation_of({Kind::uts})), [] { must(::chdir("/tmp") == 0, "chdir"); }));
  ASSERT_FALSE(outcome.error) << outcome;
  const auto children = own_children();
  ASSERT_EQ(children.size(), 1U);
  // The child does that on its own, after it said that it is ready.
  EXPECT_TRUE(eventually([&] { return read_process_link(children.front(), "cwd") == "/"; }));
  ::kill(children.front(), SIGTERM);
  EXPECT_EQ(wait_for_child(children.front()), 0);
}

TEST_F(CreateDetachedChild, ThatCannotRunItsProgramLeavesNoProcess) {
  for (const KindSet kinds : {KindSet{Kind::uts}, KindSet{Kind::pid}}) {
    const FrontOutcome outcome =
        in_child(create_and_wait(detached(creation_of(kinds, {"/nonexistent"}))));
    ASSERT_TRUE(outcome.error) << outcome;
    EXPECT_EQ(outcome.error->trouble, Trouble::not_found);
    EXPECT_EQ(outcome.children_left, 0U);
    EXPECT_TRUE(own_children().empty());
  }
}

}  // namespace
}  // namespace nsplay::test
