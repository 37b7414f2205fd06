#include "nsplay/ops/join_identity.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ops/account_lookup.h"
#include "nsplay/ops/identity_fit.h"
#include "nsplay/ops/identity_lookup.h"
#include "nsplay/ops/mapped_ids.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using procfs::PinnedProcess;

/// 0 where the map has it, else the given id as it is called inside, else nothing.
std::optional<std::uint32_t> best_id(const procfs::IdMap& map, std::uint32_t outside) {
  return procfs::maps_inside(map, 0) ? std::optional<std::uint32_t>(0)
                                     : procfs::inside_of(map, outside);
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

/// A user namespace that is joined.
struct Landing {
  MappedIds ids;
  procfs::ProcessStatus model;  ///< whose ids count where 0 is not mapped
  std::string_view whose;       ///< for messages
};

/// A process that was named, by whatever option, and is in it.
const PinnedProcess* named_process_in(const ns::NamespaceHandle& user_namespace,
                                      const JoinSources& sources) {
  if (const PinnedProcess* process = process_of(sources, Kind::user)) {
    return process;
  }
  const PinnedProcess* process = main_process(sources);
  const auto its =
      process != nullptr ? process->dir.identity(ns::info_of(Kind::user).proc_path) : fail(Error{});
  return its && *its == user_namespace.identity() ? process : nullptr;
}

/// Empty: its maps are not to be had.
Result<std::optional<Landing>> landing_in(const ns::NamespaceHandle& user_namespace,
                                          const IdentityRequest& request,
                                          const JoinSources& sources) {
  constexpr std::string_view targets = "the target's";
  if (const PinnedProcess* process = named_process_in(user_namespace, sources)) {
    return Landing{TRY(mapped_ids_of(process->dir)), TRY(process->dir.status()), targets};
  }
  auto ids = mapped_ids_in(user_namespace);
  if (!ids) {
    return std::nullopt;
  }
  if (request.exactly_follow) {
    const PinnedProcess* process = TRY(main_process_for(sources, "--as-target"));
    return Landing{*std::move(ids), TRY(process->dir.status()), targets};
  }
  const auto self = TRY(procfs::ProcessDir::open_self());
  return Landing{*std::move(ids), TRY(self.status()), "your"};
}

/// Its maps are not known: nobody may enter it alone, or /proc hides who does.
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
  keep_groups(identity, notes);
}

/// What the user namespace allows of it.
Result<> fit(const IdentityRequest& request,
             const Landing& landing,
             Identity& identity,
             std::vector<std::string>& notes) {
  const MappedIds& user_namespace = landing.ids;
  if (request.user || request.group || request.exactly_follow) {
    const auto wish = [](const auto& name) { return name ? Wish::named : Wish::implied; };
    TRY(check_mapped({wish(request.user), wish(request.group)}, user_namespace, identity, notes));
  } else if (!identity.uid || !identity.gid) {
    notes.push_back(
        fmt::format("the user namespace maps neither 0 nor {} id: the program runs as the overflow "
                    "id, without capabilities",
                    landing.whose));
  }
  leave_out_unmapped_groups(user_namespace, identity, notes);
  // The target has even those groups that its user namespace does not map.
  const auto wanted = request.exactly_follow
                          ? landing.model.groups
                          : as_the_caller_numbers(identity.supplementary, user_namespace.groups);
  settle_groups_before(user_namespace, wanted, identity, notes);
  return {};
}

}  // namespace

Result<> check_identity(const IdentityRequest& request) {
  TRY(check_account("--setuid", request.user));
  TRY(check_account("--setgid", request.group));
  if (request.preserve && (request.user || request.group)) {
    return fail(Error::usage(fmt::format("--preserve-credentials contradicts {}",
                                         request.user ? "--setuid" : "--setgid"),
                             "leave one of them out"));
  }
  return {};
}

Result<Identity> identity_for(const IdentityRequest& request,
                              const JoinSources& sources,
                              const std::vector<ns::NamespaceHandle>& joined,
                              const sys::UniqueFd& root,
                              std::vector<std::string>& notes) {
  const ns::NamespaceHandle* user_namespace = ns::find(joined, Kind::user);
  std::optional<Landing> landing;
  Identity identity;
  if (user_namespace != nullptr && !request.preserve) {
    landing = TRY(landing_in(*user_namespace, request, sources));
    identity = landing ? default_identity(landing->ids, landing->model)
                       : identity_in_any_user_namespace(notes);
  }
  TRY(look_up_identity(
      request, {sources, landing ? &landing->ids : nullptr, root, notes}, identity));
  if (landing) {
    TRY(fit(request, *landing, identity, notes));
  }
  return identity;
}

}  // namespace nsplay::ops
