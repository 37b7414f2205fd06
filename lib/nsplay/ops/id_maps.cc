#include "nsplay/ops/id_maps.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/accounts.h"
#include "nsplay/ops/id_claims.h"
#include "nsplay/ops/local_names.h"
#include "nsplay/ops/map_program.h"
#include "nsplay/ops/namespace_owner.h"
#include "nsplay/ops/subordinate_ids.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using procfs::IdMap;
using procfs::IdRange;

/// What differs between uid_map and gid_map.
struct Side {
  IdKind kind;
  std::string_view noun;
  const char* file;
  std::string_view one_option;
  std::optional<std::string> IdsRequest::*one;
  std::string_view ranges_option;
  std::vector<std::string> IdsRequest::*ranges;
  sys::Capability capability;
};

constexpr Side users_side{IdKind::user,
                          "uid",
                          "uid_map",
                          "--map-user",
                          &IdsRequest::user,
                          "--map-users",
                          &IdsRequest::users,
                          sys::Capability::setuid};
constexpr Side groups_side{IdKind::group,
                           "gid",
                           "gid_map",
                           "--map-group",
                           &IdsRequest::group,
                           "--map-groups",
                           &IdsRequest::groups,
                           sys::Capability::setgid};

bool may_map_any_id() {
  return sys::effective_uid() == 0 && sys::has_capability(sys::Capability::setuid) &&
         sys::has_capability(sys::Capability::setgid);
}

bool may_map_zero(const Side& side) {
  return side.kind == IdKind::group || sys::has_capability(sys::Capability::setfcap);
}

std::uint32_t own_id(const IdsRequest& request, const Side& side) {
  const sys::UserAndGroup owner = owner_of(request);
  return side.kind == IdKind::user ? owner.uid : owner.gid;
}

Result<IdMap> own_map(const Side& side) {
  const procfs::ProcessDir self = TRY(procfs::ProcessDir::open_self());
  return procfs::parse_id_map(TRY(self.read(side.file, procfs::id_map_limit)));
}

Result<bool> setgroups_is_denied_here() {
  const procfs::ProcessDir self = TRY(procfs::ProcessDir::open_self());
  return TRY(self.read("setgroups", procfs::id_map_limit)).starts_with("deny");
}

IdClaim same_inside(const std::string& option, std::uint32_t first, std::uint32_t count) {
  return {option, {first, first, count}, Placement::as_all};
}

Result<std::uint32_t> looked_up(const Side& side,
                                const std::string& option,
                                const std::string& text) {
  if (const auto id = parse_id(text)) {
    return *id;
  }
  std::optional<std::uint32_t> id;
  if (side.kind == IdKind::group) {
    id = group_named(text);
  } else if (const auto account = account_named(text)) {
    id = account->uid;
  }
  if (!id) {
    return fail(Error::usage(fmt::format(
        "{}: {} is neither a {} nor the name of one here", option, quote(text), side.noun)));
  }
  return *id;
}

/// The one line that says who the caller becomes.
Result<> claim_own_id(const IdsRequest& request, const Side& side, std::vector<IdClaim>& claims) {
  const std::uint32_t own = own_id(request, side);
  if (request.map_root_user) {
    claims.push_back({"--map-root-user", {0, own, 1}});
  }
  if (request.map_current_user) {
    claims.push_back({"--map-current-user", {own, own, 1}});
  }
  if (const auto& text = request.*side.one) {
    const auto id = TRY(looked_up(side, std::string(side.one_option), *text));
    claims.push_back({std::string(side.one_option), {id, own, 1}});
  }
  return {};
}

/// All that are called "auto", "subids" or "all".
Result<> claim_many(const Side& side,
                    const std::string& word,
                    const std::string& option,
                    std::uint32_t uid,
                    std::vector<IdClaim>& claims) {
  if (word == "all") {
    for (const IdRange& line : TRY(own_map(side))) {
      claims.push_back(same_inside(option, line.inside, line.count));
    }
    return {};
  }
  auto spans = subordinate_ids_of(uid, side.kind);
  if (!spans) {
    return fail(std::move(spans).error().during(option));
  }
  for (const IdSpan& span : *spans) {
    claims.push_back(word == "auto" ? IdClaim{option, {0, span.start, span.count}, Placement::free}
                                    : same_inside(option, span.start, span.count));
  }
  return {};
}

Result<> claim_ranges(const IdsRequest& request, const Side& side, std::vector<IdClaim>& claims) {
  const std::uint32_t uid = owner_of(request).uid;
  for (const std::string& text : request.*side.ranges) {
    const std::string option = fmt::format("{} {}", side.ranges_option, escape_for_terminal(text));
    if (text == "auto" || text == "subids" || text == "all") {
      TRY(claim_many(side, text, option, uid, claims));
    } else if (const auto range = parse_id_range(text)) {
      claims.push_back({option, *range});
    } else {
      return fail(
          Error::usage(fmt::format("{} wants INNER:OUTER:COUNT, auto, subids or all, not {}",
                                   side.ranges_option,
                                   quote(text))));
    }
  }
  for (const std::string& word : request.both) {
    TRY(claim_many(side, word, "--map-" + word, uid, claims));
  }
  return {};
}

Result<IdMap> map_of(const IdsRequest& request, const Side& side) {
  std::vector<IdClaim> claims;
  TRY(claim_own_id(request, side, claims));
  TRY(claim_ranges(request, side, claims));
  return lay_out(std::move(claims), side.noun);
}

Result<MapAuthor> author_for(const IdsRequest& request,
                             const Side& side,
                             const IdMap& map,
                             const std::optional<Setgroups>& setgroups) {
  MapCircumstances here;
  here.file = side.file;
  here.parent = TRY(own_map(side));
  here.own_id = own_id(request, side);
  here.may_set_ids = sys::has_capability(side.capability);
  here.may_map_zero = may_map_zero(side);
  here.setgroups_denied = side.kind == IdKind::user || setgroups == Setgroups::deny;
  return author_of(map, here);
}

/// Every id that exists here, as itself: what is inside our own namespace is outside of the new
/// one.
Result<IdMap> identity_map(const Side& side) {
  IdMap map = TRY(own_map(side));
  for (IdRange& range : map) {
    range.outside = range.inside;
  }
  return map;
}

std::string_view what_maps_the_own_group(const IdsRequest& request) {
  if (request.map_root_user) {
    return "--map-root-user";
  }
  if (request.map_current_user) {
    return "--map-current-user";
  }
  if (request.group) {
    return "--map-group";
  }
  return request.groups.empty() ? "the map" : "--map-groups";
}

/// The kernel takes the map of an ordinary user's own group only where setgroups(2) is denied; a
/// privileged caller loses nothing by allowing it.
Result<std::optional<Setgroups>> setgroups_for(const IdsRequest& request, const IdMap& groups) {
  if (request.setgroups == Setgroups::allow && TRY(setgroups_is_denied_here())) {
    return fail(Error::usage("--setgroups allow: your own user namespace denies it",
                             "so does every one below it (user_namespaces(7)); leave it out"));
  }
  const bool needs_denial = !sys::has_capability(sys::Capability::setgid) &&
                            is_only_own_id(groups, own_id(request, groups_side));
  if (!needs_denial) {
    return request.setgroups;
  }
  if (request.setgroups == Setgroups::allow) {
    return fail(Error::usage(fmt::format("--setgroups allow contradicts {} of an ordinary user",
                                         what_maps_the_own_group(request)),
                             "the kernel lets him map his own group only where setgroups is denied "
                             "(user_namespaces(7)); leave it out, or add --map-auto"));
  }
  return Setgroups::deny;
}

Result<IdMapping> default_id_mapping(const IdsRequest& request) {
  IdMapping mapping;
  if (may_map_any_id()) {
    mapping.users.map = TRY(identity_map(users_side));
    mapping.groups.map = TRY(identity_map(groups_side));
  } else {
    const sys::UserAndGroup owner = owner_of(request);
    mapping.users.map = {{0, owner.uid, 1}};
    mapping.groups.map = {{0, owner.gid, 1}};
  }
  mapping.setgroups = TRY(setgroups_for(request, mapping.groups.map));
  return mapping;
}

void note_what_is_missing(const IdMapping& mapping, std::vector<std::string>& notes) {
  if (mapping.groups.map.empty() && !mapping.users.map.empty()) {
    notes.emplace_back(
        "no group is mapped: inside all of them are 65534; --map-group or --map-groups maps some");
  }
  if (mapping.users.map.empty() && !mapping.groups.map.empty()) {
    notes.emplace_back(
        "no user is mapped: inside you are 65534, and a program has no capability; --map-user or "
        "--map-users maps some");
  }
}

Result<> write_file(const procfs::PinnedProcess& process,
                    const char* file,
                    std::string_view text,
                    const Narrator& narrator) {
  auto written = process.dir.write(file, text);
  if (narrator) {
    narrate_call(narrator,
                 fmt::format("write(/proc/{}/{}, {})", process.pid, file, quote(text)),
                 static_cast<std::int64_t>(text.size()),
                 written ? 0 : written.error().errnum);
  }
  return written;
}

/// The kernel's EPERM, with the line and the rule where one of them explains it.
Error with_broken_line(Error refusal, const Side& side, const IdMap& map) {
  auto parent = own_map(side);
  if (refusal.errnum != EPERM || !parent) {
    return refusal;
  }
  MapCircumstances here;
  here.file = side.file;
  here.parent = *std::move(parent);
  here.may_set_ids = true;
  here.may_map_zero = may_map_zero(side);
  auto broken = author_of(map, here);
  return broken ? std::move(refusal) : std::move(broken).error();
}

Result<> write_side(const procfs::PinnedProcess& process,
                    const Side& side,
                    const SideMapping& what,
                    const sys::SignalInbox& inbox,
                    const Narrator& narrator) {
  if (what.map.empty()) {
    return {};
  }
  if (what.author == MapAuthor::program) {
    return run_map_program(process.pid, what.map, side.kind, inbox, narrator);
  }
  auto written = write_file(process, side.file, procfs::format_id_map(what.map), narrator);
  if (!written) {
    return fail(with_broken_line(std::move(written).error(), side, what.map));
  }
  return {};
}

}  // namespace

Result<IdMapping> id_mapping_for(const IdsRequest& request, std::vector<std::string>& notes) {
  TRY(check_ids(request));
  if (!names_ids(request)) {
    return default_id_mapping(request);
  }
  IdMapping mapping;
  mapping.users.map = TRY(map_of(request, users_side));
  mapping.groups.map = TRY(map_of(request, groups_side));
  mapping.setgroups = TRY(setgroups_for(request, mapping.groups.map));
  mapping.users.author = TRY(author_for(request, users_side, mapping.users.map, {}));
  mapping.groups.author =
      TRY(author_for(request, groups_side, mapping.groups.map, mapping.setgroups));
  note_what_is_missing(mapping, notes);
  return mapping;
}

Result<> write_id_mapping(const procfs::PinnedProcess& process,
                          const IdMapping& mapping,
                          const sys::SignalInbox& inbox,
                          const Narrator& narrator) {
  if (mapping.setgroups == Setgroups::deny) {
    TRY(write_file(process, "setgroups", "deny", narrator));
  }
  TRY(write_side(process, users_side, mapping.users, inbox, narrator));
  return write_side(process, groups_side, mapping.groups, inbox, narrator);
}

}  // namespace nsplay::ops
