// Which namespaces a created child is in, and who owns them.

#include <unistd.h>

#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/procfs/process_dir.h"

#include "kernel/holder.h"
#include "kernel/kind_sets.h"
#include "support/child_in_namespaces.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/processes.h"
#include "support/temporary_directory.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

class CreateKinds : public LeakCheck {};

TEST_F(CreateKinds, ChildDiffersFromItsMakerInExactlyThese) {
  for (const KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    Holder holder(creation_of(kinds));
    EXPECT_EQ(different_kinds(::getpid(), holder.pid()).to_string(),
              with_privilege_for(kinds).to_string());
    const FrontOutcome outcome = holder.end();
    EXPECT_TRUE(passed(outcome));
  }
}

TEST_F(CreateKinds, ProgramDiffersFromItsMakerInExactlyThese) {
  for (const KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    const FrontOutcome outcome = in_child(create_and_wait(creation_of(kinds, inside("report"))));
    EXPECT_TRUE(passed(outcome));
    const InsideReport report(outcome.output);
    for (const ns::KindInfo& info : ns::all_kinds()) {
      EXPECT_FALSE(report.link(info.kind).empty());
      EXPECT_EQ(report.link(info.kind) != namespace_link(::getpid(), info.kind),
                with_privilege_for(kinds).contains(info.kind))
          << info.name;
    }
  }
}

TEST_F(CreateKinds, MountsOfTheChildAreSeenByNobodyElse) {
  const TemporaryDirectory directory;
  const FrontOutcome outcome =
      in_child(create_and_wait(creation_of({Kind::mnt}, inside("mount", {directory.path()}))));
  EXPECT_TRUE(passed(outcome));
  EXPECT_THAT(outcome.output, testing::HasSubstr(directory.path()));
  EXPECT_THAT(read_process_file(::getpid(), "mountinfo"),
              testing::Not(testing::HasSubstr(directory.path())));
}

/// Of every namespace of the process among `kinds`.
void expect_owner(const procfs::PinnedProcess& process, KindSet kinds, const std::string& owner) {
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (!kinds.contains(info.kind) || info.kind == Kind::user) {
      continue;
    }
    SCOPED_TRACE(info.name);
    const auto handle = ns::open_namespace(process, info.kind);
    ASSERT_TRUE(handle) << handle.error().message();
    const auto found = ns::owner_of(*handle);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_TRUE(*found);
    EXPECT_EQ((*found)->name(), owner);
  }
}

TEST_F(CreateKinds, NewNamespacesAreOwnedByTheNewUserNamespaceElseByTheMakers) {
  for (const KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    Holder holder(creation_of(kinds));
    const auto process = procfs::pin_process(holder.pid());
    ASSERT_TRUE(process) << process.error().message();
    expect_owner(*process, kinds, namespace_link(holder.pid(), Kind::user));
    const FrontOutcome outcome = holder.end();
    EXPECT_TRUE(passed(outcome));
  }
}

/// Creates with a report and compares that with what /proc shows.
void expect_true_report(KindSet kinds) {
  ops::CreateRequest request = creation_of(kinds);
  ops::CreateReport report;
  request.announce = [&](const ops::CreateReport& announced) {
    report = announced;
    return Result<>();
  };
  request.hostname = "reported";
  auto creation = ops::create(request);
  ASSERT_TRUE(creation) << creation.error().message();
  EXPECT_EQ(report.pid, creation->pid);
  EXPECT_EQ(report.uname.nodename, "reported");
  EXPECT_EQ(report.namespaces.size(), ns::kind_count);
  KindSet fresh;
  for (const ops::CreatedNamespace& one : report.namespaces) {
    EXPECT_EQ(one.ref.inode, namespace_inode(report.pid, one.ref.kind));
    if (one.is_new) {
      fresh.insert(one.ref.kind);
    }
  }
  kinds.insert(Kind::uts);
  EXPECT_EQ(fresh.to_string(), with_privilege_for(kinds).to_string());
  ::kill(report.pid, SIGTERM);
  EXPECT_EQ(creation->session->wait(), 0);
}

TEST_F(CreateKinds, ReportTellsTheNewFromTheOld) {
  for (const KindSet kinds : each_kind_and_all()) {
    SCOPED_TRACE(kinds.to_string());
    const FrontOutcome outcome = in_child([&] { expect_true_report(kinds); });
    EXPECT_TRUE(passed(outcome));
  }
}

}  // namespace
}  // namespace nsplay::test
