#include "nsplay/ops/join_identity.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/accounts.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using procfs::PinnedProcess;

/// A user namespace that is joined, as its process shows it.
struct UserNamespace {
  procfs::IdMap users;
  procfs::IdMap groups;
  bool may_set_groups = false;
};

Result<UserNamespace> user_namespace_of(const procfs::ProcessDir& process) {
  UserNamespace user_namespace;
  user_namespace.users =
      TRY(procfs::parse_id_map(TRY(process.read("uid_map", procfs::id_map_limit))));
  user_namespace.groups =
      TRY(procfs::parse_id_map(TRY(process.read("gid_map", procfs::id_map_limit))));
  const auto setgroups = process.read("setgroups", procfs::id_map_limit);
  // Without a gid map, or once "deny" was written, nobody inside may change groups
  // (user_namespaces(7)).
  user_namespace.may_set_groups =
      !user_namespace.groups.empty() && setgroups && !setgroups->starts_with("deny");
  return user_namespace;
}

/// 0 where the map has it, else what the target itself is, else nothing.
std::optional<std::uint32_t> best_id(const procfs::IdMap& map, std::uint32_t targets) {
  return procfs::maps_inside(map, 0) ? std::optional<std::uint32_t>(0)
                                     : procfs::inside_of(map, targets);
}

/// Joining a user namespace leaves the ids what they were outside, where they may mean nothing
/// inside.
Identity default_identity(const UserNamespace& user_namespace,
                          const procfs::ProcessStatus& target) {
  Identity identity;
  identity.uid = best_id(user_namespace.users, target.effective_uid);
  identity.gid = best_id(user_namespace.groups, target.effective_gid);
  identity.groups = GroupsRule::set;
  return identity;
}

Identity identity_in_any_user_namespace() {
  Identity identity;
  identity.uid = 0;
  identity.gid = 0;
  identity.unmapped = UnmappedRule::keep;
  return identity;
}

Error unmapped(std::string_view what, const std::string& asked) {
  return Error::of(0, fmt::format("{} {} has no mapping there", what, asked), "")
      .with_hint("the user namespace's uid_map and gid_map do not have it (user_namespaces(7))");
}

/// What the user wrote for -S and -G, looked up.
class Lookup {
 public:
  Lookup(const JoinSources& sources, const UserNamespace* user_namespace, const sys::UniqueFd& root)
      : sources_(sources), user_namespace_(user_namespace), root_(root) {}

  /// What was asked for, in place of what `identity` has of it.
  Result<> add(const IdentityRequest& request, Identity& identity) const {
    if (request.exactly_follow) {
      return follow_exactly(identity);
    }
    if (!request.user && !request.group) {
      return {};
    }
    identity.groups = GroupsRule::set;
    identity.unmapped = UnmappedRule::fail;
    if (request.user) {
      TRY(add_user(*request.user, !request.group, identity));
    }
    return request.group ? add_group(*request.group, identity) : Result<>();
  }

 private:
  enum class Id { user, group };

  /// `wants_groups`: whether the groups that go with the user are wanted too.
  Result<> add_user(const std::string& text, bool wants_groups, Identity& identity) const {
    if (text == "follow") {
      return follow_user(identity);
    }
    const auto uid = parse_id(text);
    if (uid && !wants_groups) {
      identity.uid = *uid;
      return {};
    }
    const std::string passwd = TRY(read("etc/passwd", uid.has_value()));
    const auto account = uid ? find_account(passwd, static_cast<uid_t>(*uid))
                             : find_account(passwd, std::string_view(text));
    if (!uid && !account) {
      return fail(nobody("user", text, "/etc/passwd"));
    }
    identity.uid = account ? account->uid : *uid;
    identity.gid = account ? account->gid : 0;
    if (account && wants_groups) {
      const std::string group = TRY(read("etc/group", true));
      identity.supplementary = groups_of(group, *account);
    }
    return {};
  }

  Result<> add_group(const std::string& text, Identity& identity) const {
    identity.supplementary.clear();
    if (text == "follow") {
      identity.gid = inside(TRY(status("--setgid=follow")).effective_gid, Id::group);
      return {};
    }
    const auto gid = parse_id(text);
    const auto found = gid ? gid : find_group(TRY(read("etc/group", false)), text);
    if (!found) {
      return fail(nobody("group", text, "/etc/group"));
    }
    identity.gid = *found;
    return {};
  }

  static Error nobody(std::string_view what, const std::string& name, std::string_view file) {
    return Error::of(0, fmt::format("there is no {} {}", what, quote(name)), "")
        .with_hint(fmt::format("{} of the program's root directory does not have it; give the "
                               "number",
                               file));
  }

  [[nodiscard]] Result<procfs::ProcessStatus> status(std::string_view wish) const {
    return TRY(main_process_for(sources_, wish))->dir.status();
  }

  /// The id as it is called where the program will be; empty: it is not mapped there.
  [[nodiscard]] std::optional<id_t> inside(id_t outside, Id kind) const {
    if (user_namespace_ == nullptr) {
      return outside;
    }
    return procfs::inside_of(kind == Id::user ? user_namespace_->users : user_namespace_->groups,
                             outside);
  }

  /// Real and effective ids, each of which has to be mapped.
  Result<> follow_exactly(Identity& identity) const {
    const procfs::ProcessStatus process = TRY(status("--as-target"));
    identity.groups = GroupsRule::set;
    identity.unmapped = UnmappedRule::fail;
    TRY(follow_user(identity));
    const auto real_uid = inside(process.real_uid, Id::user);
    const auto real_gid = inside(process.real_gid, Id::group);
    if (!identity.uid || !real_uid || !identity.gid || !real_gid) {
      return fail(unmapped("an id", "of the target"));
    }
    identity.user_ids = {*real_uid, *identity.uid};
    identity.group_ids = {*real_gid, *identity.gid};
    return {};
  }

  Result<> follow_user(Identity& identity) const {
    const procfs::ProcessStatus process = TRY(status("--setuid=follow"));
    identity.uid = inside(process.effective_uid, Id::user);
    identity.gid = inside(process.effective_gid, Id::group);
    for (const gid_t group : process.groups) {
      if (const auto mapped = inside(group, Id::group)) {
        identity.supplementary.push_back(*mapped);
      }
    }
    return {};
  }

  /// A file that is not there has no lines, where that will do.
  Result<std::string> read(const char* path, bool may_be_missing) const {
    if (!root_ && may_be_missing) {
      return std::string();
    }
    if (!root_) {
      return fail(Error::usage("no names are known in a mount namespace alone",
                               "give the numbers, or name a process in it"));
    }
    auto text = sys::read_in_root(root_, path, accounts_limit);
    if (!text && text.error().errnum == ENOSYS) {
      return fail(std::move(text).error().with_hint(
          "names and groups need openat2(2) of Linux 5.6; give both -S and -G as numbers"));
    }
    return !text && may_be_missing && text.error().errnum == ENOENT ? Result<std::string>("")
                                                                    : std::move(text);
  }

  const JoinSources& sources_;
  const UserNamespace* user_namespace_;
  const sys::UniqueFd& root_;
};

/// What was asked for has to be there; the group that only goes with the user does not.
Result<> check_mapped(const IdentityRequest& request,
                      const UserNamespace& user_namespace,
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
void leave_out_unmapped_groups(const UserNamespace& user_namespace,
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

/// Whether this process may change its groups where it is.
bool may_set_own_groups() {
  const auto self = procfs::ProcessDir::open_self();
  const auto own = self ? user_namespace_of(*self) : fail(self.error());
  return own && own->may_set_groups && sys::has_capability(sys::Capability::setgid);
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
void settle_groups_before(const UserNamespace& user_namespace,
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
             const UserNamespace& user_namespace,
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

}  // namespace

Result<> check_identity(const IdentityRequest& request) {
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
  std::optional<UserNamespace> user_namespace;
  procfs::ProcessStatus target;
  Identity identity;
  if (joins_user && process != nullptr) {
    user_namespace = TRY(user_namespace_of(process->dir));
    target = TRY(process->dir.status());
    identity = default_identity(*user_namespace, target);
  } else if (joins_user) {
    identity = identity_in_any_user_namespace();
  }
  const Lookup lookup(sources, user_namespace ? &*user_namespace : nullptr, root);
  TRY(lookup.add(request, identity));
  if (user_namespace) {
    TRY(fit(request, *user_namespace, target, identity, notes));
  }
  return identity;
}

}  // namespace nsplay::ops
