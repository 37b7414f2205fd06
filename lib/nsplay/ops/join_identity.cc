#include "nsplay/ops/join_identity.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/accounts.h"
#include "nsplay/ops/identity_lookup.h"
#include "nsplay/ops/mapped_ids.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using procfs::PinnedProcess;

/// 0 where the map has it, else what the target itself is, else nothing.
std::optional<std::uint32_t> best_id(const procfs::IdMap& map, std::uint32_t targets) {
  return procfs::maps_inside(map, 0) ? std::optional<std::uint32_t>(0)
                                     : procfs::inside_of(map, targets);
}

/// Joining a user namespace leaves the ids what they were outside, where they may mean nothing
/// inside.
Identity default_identity(const MappedIds& user_namespace, const procfs::ProcessStatus& target) {
  Identity identity;
  identity.uid = best_id(user_namespace.users, target.effective_uid);
  identity.gid = best_id(user_namespace.groups, target.effective_gid);
  identity.groups = GroupsRule::set;
  return identity;
}

/// Whether this process may change its groups where it is.
bool may_set_own_groups() {
  const auto self = procfs::ProcessDir::open_self();
  const auto own = self ? mapped_ids_of(*self) : fail(self.error());
  return own && own->may_set_groups && sys::has_capability(sys::Capability::setgid);
}

/// Its maps are not known: no process shows them.
Identity identity_in_any_user_namespace(std::vector<std::string>& notes) {
  Identity identity;
  identity.uid = 0;
  identity.gid = 0;
  identity.unmapped = UnmappedRule::keep;
  identity.groups = GroupsRule::set_if_allowed;
  const std::vector<gid_t> own = sys::groups();
  if (own.empty()) {
    return identity;
  }
  if (may_set_own_groups()) {
    identity.groups_before.emplace();
  } else {
    notes.emplace_back(
        "where the user namespace forbids setgroups, the program keeps your supplementary groups");
  }
  return identity;
}

/// What was asked for has to be there; the group that only goes with the user does not.
Result<> check_mapped(const IdentityRequest& request,
                      const MappedIds& user_namespace,
                      Identity& identity,
                      std::vector<std::string>& notes) {
  if (request.user &&
      (!identity.uid || !procfs::maps_inside(user_namespace.users, *identity.uid))) {
    return fail(unmapped("uid", identity.uid ? std::to_string(*identity.uid) : "of the target"));
  }
  if (identity.gid && procfs::maps_inside(user_namespace.groups, *identity.gid)) {
    return {};
  }
  if (request.group) {
    return fail(unmapped("gid", identity.gid ? std::to_string(*identity.gid) : "of the target"));
  }
  identity.gid.reset();
  notes.emplace_back(
      "the user namespace does not map the user's group: the program keeps the group that it has");
  return {};
}

/// setgroups(2) takes all of them or none.
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

std::vector<gid_t> as_the_caller_numbers(const std::vector<gid_t>& groups,
                                         const procfs::IdMap& map) {
  std::vector<gid_t> outside;
  for (const gid_t group : groups) {
    if (const auto id = procfs::outside_of(map, group)) {
      outside.push_back(*id);
    }
  }
  return outside;
}

/// Where setgroups is denied, the groups are those that the process had before it came. `wanted`
/// are as the caller numbers them.
void settle_groups_before(const MappedIds& user_namespace,
                          const std::vector<gid_t>& wanted,
                          Identity& identity,
                          std::vector<std::string>& notes) {
  if (user_namespace.may_set_groups) {
    return;
  }
  if (may_set_own_groups()) {
    identity.groups = GroupsRule::keep;
    if (wanted != sys::groups()) {
      identity.groups_before = wanted;
    }
    return;
  }
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

/// What the user namespace allows of it.
Result<> fit(const IdentityRequest& request,
             const MappedIds& user_namespace,
             const procfs::ProcessStatus& target,
             Identity& identity,
             std::vector<std::string>& notes) {
  if (request.user || request.group || request.exactly_follow) {
    TRY(check_mapped(request, user_namespace, identity, notes));
  } else if (!identity.uid || !identity.gid) {
    notes.emplace_back(
        "the user namespace maps neither 0 nor the target's id: the program runs as the overflow "
        "id, without capabilities");
  }
  leave_out_unmapped_groups(user_namespace, identity, notes);
  // The target has even those groups that its user namespace does not map.
  const auto wanted = request.exactly_follow
                          ? target.groups
                          : as_the_caller_numbers(identity.supplementary, user_namespace.groups);
  settle_groups_before(user_namespace, wanted, identity, notes);
  return {};
}

/// The last number means "no id" to the kernel, setresuid(2).
Result<> check_name(std::string_view option, const std::optional<std::string>& name) {
  if (name && name->empty()) {
    return fail(Error::usage(fmt::format("{} is empty", option)));
  }
  const bool is_number = name && name->find_first_not_of("0123456789") == std::string::npos;
  return is_number && !parse_id(*name)
             ? fail(Error::usage(fmt::format("{}: {} is no id", option, quote(*name)),
                                 "ids are 0 to 4294967294"))
             : Result<>();
}

}  // namespace

Result<> check_identity(const IdentityRequest& request) {
  TRY(check_name("--setuid", request.user));
  TRY(check_name("--setgid", request.group));
  if (request.preserve && (request.user || request.group)) {
    return fail(Error::usage(fmt::format("--preserve-credentials contradicts {}",
                                         request.user ? "--setuid" : "--setgid"),
                             "leave one of them out"));
  }
  return {};
}

Result<Identity> identity_for(const IdentityRequest& request,
                              const JoinSources& sources,
                              ns::KindSet joined,
                              const sys::UniqueFd& root,
                              std::vector<std::string>& notes) {
  const PinnedProcess* process = process_of(sources, Kind::user);
  const bool joins_user = joined.contains(Kind::user) && !request.preserve;
  std::optional<MappedIds> user_namespace;
  procfs::ProcessStatus target;
  Identity identity;
  if (joins_user && process != nullptr) {
    user_namespace = TRY(mapped_ids_of(process->dir));
    target = TRY(process->dir.status());
    identity = default_identity(*user_namespace, target);
  } else if (joins_user) {
    identity = identity_in_any_user_namespace(notes);
  }
  TRY(look_up_identity(
      request, {sources, user_namespace ? &*user_namespace : nullptr, root, notes}, identity));
  if (user_namespace) {
    TRY(fit(request, *user_namespace, target, identity, notes));
  }
  return identity;
}

}  // namespace nsplay::ops
