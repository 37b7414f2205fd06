#include "nsplay/ops/identity_lookup.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/account_lookup.h"
#include "nsplay/procfs/id_map.h"

namespace nsplay::ops {
namespace {

/// What the user wrote for -S and -G, looked up.
class Lookup {
 public:
  explicit Lookup(const IdentitySources& from) : from_(from) {}

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
      TRY(add_user(
          *request.user, request.group ? UserGroups::not_wanted : UserGroups::wanted, identity));
    }
    return request.group ? add_group(*request.group, identity) : Result<>();
  }

 private:
  enum class Id { user, group };

  Result<> add_user(const std::string& text, UserGroups groups, Identity& identity) const {
    return text == "follow" ? follow_user(identity)
                            : look_up_user(text, groups, {from_.root, from_.notes}, identity);
  }

  Result<> add_group(const std::string& text, Identity& identity) const {
    identity.supplementary.clear();
    if (text != "follow") {
      return look_up_group(text, {from_.root, from_.notes}, identity);
    }
    identity.gid = inside(TRY(status("--setgid=follow")).effective_gid, Id::group);
    return {};
  }

  [[nodiscard]] Result<procfs::ProcessStatus> status(std::string_view wish) const {
    return TRY(main_process_for(from_.sources, wish))->dir.status();
  }

  /// The id as it is called where the program will be; empty: it is not mapped there.
  [[nodiscard]] std::optional<id_t> inside(id_t outside, Id kind) const {
    if (from_.ids == nullptr) {
      return outside;
    }
    return procfs::inside_of(kind == Id::user ? from_.ids->users : from_.ids->groups, outside);
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

  const IdentitySources& from_;
};

}  // namespace

Result<> look_up_identity(const IdentityRequest& request,
                          const IdentitySources& from,
                          Identity& identity) {
  return Lookup(from).add(request, identity);
}

}  // namespace nsplay::ops
