// nsplay list --all-sources where the kernel lists the namespaces, as Linux 6.19 does.

#include <fcntl.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/namespaces.h"

#include "kernel/emulated_listns.h"
#include "kernel/listed.h"
#include "kernel/own_pid_namespace.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ListListns : public LeakCheck {};

/// And those above it: no boot gets that far.
constexpr std::uint64_t unused_id = std::uint64_t{1} << 60U;

/// A namespace that nobody is in, and that nothing keeps but a descriptor of this process, which
/// the other sources pass over.
class HiddenNamespace {
 public:
  explicit HiddenNamespace(Kind kind) : kind_(kind) {
    const ChildInNamespaces target(with_privilege_for({kind}));
    inode_ = namespace_inode(target.pid(), kind);
    file_ = sys::UniqueFd(::open(target.namespace_file(kind).c_str(), O_RDONLY | O_CLOEXEC));
    must(static_cast<bool>(file_), "open the namespace");
    id_ = sys::namespace_id(file_, "").value_or(0);
  }

  [[nodiscard]] std::uint64_t inode() const { return inode_; }
  [[nodiscard]] std::uint64_t id() const { return id_; }

  void add_to(EmulatedListns& kernel) { add_to(kernel, id_); }

  /// Listed with this id.
  void add_to(EmulatedListns& kernel, std::uint64_t id) { kernel.add(id, kind_, std::move(file_)); }

 private:
  Kind kind_;
  std::uint64_t inode_ = 0;
  std::uint64_t id_ = 0;
  sys::UniqueFd file_;
};

void add_own(EmulatedListns& kernel, Kind kind) {
  sys::UniqueFd file(::open(ns::own_namespace_path(kind).c_str(), O_RDONLY | O_CLOEXEC));
  const auto id = sys::namespace_id(file, "");
  kernel.add(id.value_or(0), kind, std::move(file));
}

ops::ListReport listed_by(EmulatedListns& kernel, KindSet kinds = KindSet::all()) {
  const auto report = kernel.list({.kinds = kinds, .sources = ns::Sources::all});
  EXPECT_TRUE(report) << report.error().message();
  return report.value_or(ops::ListReport());
}

/// Where no other process is seen: a scan has descriptors on what it finds for a moment.
void with_kernel(const std::function<void(EmulatedListns&)>& body) {
  run_in_own_pid_namespace([&] {
    EmulatedListns kernel;
    body(kernel);
  });
}

TEST_F(ListListns, FindsWhatNoOtherSourceFinds) {
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  with_kernel([](EmulatedListns& kernel) {
    HiddenNamespace hidden(Kind::uts);
    hidden.add_to(kernel);
    const auto report = listed_by(kernel);
    const auto entry = entry_of(report, Kind::uts, hidden.inode());
    EXPECT_EQ(entry.ref.id, hidden.id());
    EXPECT_EQ(entry.processes, 0U);
    EXPECT_EQ(entry.descriptors, 0U);
    EXPECT_TRUE(entry.owner);
    EXPECT_FALSE(has(listed_by(kernel, {Kind::net}), Kind::uts, hidden.inode()));
  });
}

/// The negative control.
TEST_F(ListListns, IsDoneWithoutByAnOlderKernel) {
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  with_kernel([](EmulatedListns& kernel) {
    HiddenNamespace hidden(Kind::uts);
    hidden.add_to(kernel);
    kernel.refuse_with(ENOSYS);
    EXPECT_FALSE(has(listed_by(kernel), Kind::uts, hidden.inode()));
    EXPECT_EQ(kernel.calls(), 1U);
    EXPECT_THAT(kernel.opened(), IsEmpty());
  });
}

TEST_F(ListListns, IsNotAskedByTheQuickSources) {
  with_kernel([](EmulatedListns& kernel) {
    EXPECT_TRUE(kernel.list({}));
    EXPECT_EQ(kernel.calls(), 0U);
  });
}

TEST_F(ListListns, IsAskedUntilThereAreNoMore) {
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  with_kernel([](EmulatedListns& kernel) {
    HiddenNamespace one(Kind::uts);
    HiddenNamespace two(Kind::ipc);
    HiddenNamespace three(Kind::uts);
    for (HiddenNamespace* hidden : {&one, &two, &three}) {
      hidden->add_to(kernel);
    }
    kernel.set_page_size(2);
    const auto report = listed_by(kernel);
    EXPECT_TRUE(has(report, Kind::uts, one.inode()));
    EXPECT_TRUE(has(report, Kind::ipc, two.inode()));
    EXPECT_TRUE(has(report, Kind::uts, three.inode()));
    EXPECT_EQ(kernel.calls(), 3U);
  });
}

TEST_F(ListListns, ThatDoesNotLeadOnIsLeft) {
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  with_kernel([](EmulatedListns& kernel) {
    HiddenNamespace hidden(Kind::uts);
    hidden.add_to(kernel);
    kernel.repeat_itself();
    EXPECT_TRUE(has(listed_by(kernel), Kind::uts, hidden.inode()));
    EXPECT_EQ(kernel.calls(), 2U);
  });
}

TEST_F(ListListns, OpensOnlyWhatIsNotKnown) {
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  with_kernel([](EmulatedListns& kernel) {
    HiddenNamespace hidden(Kind::uts);
    hidden.add_to(kernel);
    for (const ns::KindInfo& info : ns::all_kinds()) {
      add_own(kernel, info.kind);
    }
    EXPECT_TRUE(has(listed_by(kernel), Kind::uts, hidden.inode()));
    EXPECT_THAT(kernel.opened(), ElementsAre(hidden.id()));
  });
}

TEST_F(ListListns, MissesNothingElseForWhatMayNotBeOpened) {
  REQUIRE_KERNEL_FEATURE(namespace_ids);
  with_kernel([](EmulatedListns& kernel) {
    HiddenNamespace hidden(Kind::uts);
    kernel.add_closed(unused_id, Kind::uts, EPERM);
    hidden.add_to(kernel, unused_id + 1);
    kernel.add_closed(unused_id + 2, Kind::uts, ESTALE);
    EXPECT_TRUE(has(listed_by(kernel), Kind::uts, hidden.inode()));
    EXPECT_THAT(kernel.opened(), ElementsAre(unused_id, unused_id + 1, unused_id + 2));
  });
}

TEST_F(ListListns, IsAnErrorWhereDescriptorsRunOut) {
  with_kernel([](EmulatedListns& kernel) {
    kernel.add_closed(unused_id, Kind::uts, EMFILE);
    const auto report = kernel.list({.sources = ns::Sources::all});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().errnum, EMFILE);
    EXPECT_THAT(report.error().hint, HasSubstr("ulimit -n"));
  });
}

}  // namespace
}  // namespace nsplay::test
