#include "nsplay/ops/identity_fit.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/procfs/id_map.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

template <typename Id>
std::string shown(const std::optional<Id>& id) {
  return id ? std::to_string(*id) : "of the target";
}

}  // namespace

Result<> check_mapped(const IdentityWishes& wishes,
                      const MappedIds& user_namespace,
                      Identity& identity,
                      std::vector<std::string>& notes) {
  const bool has_user = identity.uid && procfs::maps_inside(user_namespace.users, *identity.uid);
  if (wishes.user == Wish::named && !has_user) {
    return fail(unmapped("uid", shown(identity.uid)));
  }
  if (identity.gid && procfs::maps_inside(user_namespace.groups, *identity.gid)) {
    return {};
  }
  if (wishes.group == Wish::named) {
    return fail(unmapped("gid", shown(identity.gid)));
  }
  identity.gid.reset();
  notes.emplace_back(
      "the user namespace does not map the user's group: the program keeps the group that it has");
  return {};
}

void leave_out_unmapped_groups(const MappedIds& user_namespace,
                               Identity& identity,
                               std::vector<std::string>& notes) {
  auto& groups = identity.supplementary;
  const auto unmapped = std::stable_partition(groups.begin(), groups.end(), [&](gid_t group) {
    return procfs::maps_inside(user_namespace.groups, group);
  });
  if (unmapped != groups.end()) {
    notes.push_back(
        fmt::format("the user namespace does not map all groups of the user: without {}",
                    fmt::join(unmapped, groups.end(), ", ")));
    groups.erase(unmapped, groups.end());
  }
}

void keep_groups(Identity& identity, std::vector<std::string>& notes) {
  const auto& groups = identity.supplementary;
  const bool has_others =
      std::any_of(groups.begin(), groups.end(), [&](gid_t group) { return group != identity.gid; });
  if (has_others || (sys::effective_uid() == 0 && !sys::groups().empty())) {
    notes.emplace_back(
        "the user namespace forbids setgroups: the program keeps your supplementary groups");
  }
  identity.groups = GroupsRule::keep;
  identity.supplementary.clear();
}

}  // namespace nsplay::ops
