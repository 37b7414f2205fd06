#include "nsplay/ops/identity_lookup.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/accounts.h"
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
      TRY(add_user(*request.user, request.group ? Groups::not_wanted : Groups::wanted, identity));
    }
    return request.group ? add_group(*request.group, identity) : Result<>();
  }

 private:
  enum class Id { user, group };

  /// Those that go with a user.
  enum class Groups { wanted, not_wanted };

  Result<> add_user(const std::string& text, Groups groups, Identity& identity) const {
    if (text == "follow") {
      return follow_user(identity);
    }
    const auto uid = parse_id(text);
    if (uid && groups == Groups::not_wanted) {
      identity.uid = *uid;
      return {};
    }
    const std::string passwd = TRY(uid ? read_if_there("etc/passwd") : read("etc/passwd"));
    const auto account = uid ? find_account(passwd, static_cast<uid_t>(*uid))
                             : find_account(passwd, std::string_view(text));
    if (!uid && !account) {
      return fail(nobody("user", text, "/etc/passwd"));
    }
    identity.uid = account ? account->uid : *uid;
    identity.gid = account ? account->gid : 0;
    if (account && groups == Groups::wanted) {
      const std::string group = TRY(read_if_there("etc/group"));
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
    const auto found = gid ? gid : find_group(TRY(read("etc/group")), text);
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

  /// What numbers alone can do without.
  [[nodiscard]] Result<std::string> read_if_there(const char* path) const {
    if (!from_.root) {
      return std::string();
    }
    auto text = read(path);
    if (!text && text.error().errnum != ENOENT && text.error().errnum != ENOSYS) {
      from_.notes.push_back(fmt::format("the number is taken without groups of its user: {}",
                                        text.error().message()));
    }
    const bool is_fatal = !text && text.error().errnum == ENOSYS;
    return text || is_fatal ? std::move(text) : Result<std::string>("");
  }

  [[nodiscard]] Result<std::string> read(const char* path) const {
    if (!from_.root) {
      return fail(Error::usage("no names are known in a mount namespace alone",
                               "give the numbers, or name a process in it"));
    }
    auto text = sys::read_in_root(from_.root, path, accounts_limit);
    if (!text && text.error().errnum == ENOSYS) {
      return fail(std::move(text).error().with_hint(
          "names and groups need openat2(2) of Linux 5.6; give both -S and -G as numbers"));
    }
    return text;
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
