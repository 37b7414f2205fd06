#include "nsplay/ops/account_lookup.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/accounts.h"

namespace nsplay::ops {
namespace {

Error nobody(std::string_view what, const std::string& name, std::string_view file) {
  return Error::of(0, fmt::format("there is no {} {}", what, quote(name)), "")
      .with_hint(fmt::format("{} of the program's root directory does not have it; give the "
                             "number",
                             file));
}

Result<std::string> read_file(const sys::UniqueFd& root, const char* path) {
  if (!root) {
    return fail(Error::usage("no names are known in a mount namespace alone",
                             "give the numbers, or name a process in it"));
  }
  auto text = sys::read_in_root(root, path, accounts_limit);
  if (!text && text.error().errnum == ENOSYS) {
    return fail(std::move(text).error().with_hint(
        "names and groups need openat2(2) of Linux 5.6; give both -S and -G as numbers"));
  }
  if (!text) {
    return fail(std::move(text).error().with_hint(
        "names are looked up below the program's root directory; give numbers to do without"));
  }
  return text;
}

/// What numbers alone can do without.
Result<std::string> read_file_if_there(const AccountSources& from, const char* path) {
  if (!from.root) {
    return std::string();
  }
  auto text = read_file(from.root, path);
  if (!text && text.error().errnum != ENOENT && text.error().errnum != ENOSYS) {
    from.notes.push_back(
        fmt::format("the number is taken without groups of its user: {}", text.error().message()));
  }
  const bool is_fatal = !text && text.error().errnum == ENOSYS;
  return text || is_fatal ? std::move(text) : Result<std::string>("");
}

}  // namespace

/// The last number means "no id" to the kernel, setresuid(2).
Result<> check_account(std::string_view option, const std::optional<std::string>& account) {
  if (account && account->empty()) {
    return fail(Error::usage(fmt::format("{} is empty", option)));
  }
  const bool is_number = account && account->find_first_not_of("0123456789") == std::string::npos;
  return is_number && !parse_id(*account)
             ? fail(Error::usage(fmt::format("{}: {} is no id", option, quote(*account)),
                                 "ids are 0 to 4294967294"))
             : Result<>();
}

Result<> look_up_user(const std::string& text,
                      UserGroups groups,
                      const AccountSources& from,
                      Identity& identity) {
  const auto uid = parse_id(text);
  if (uid && groups == UserGroups::not_wanted) {
    identity.uid = *uid;
    return {};
  }
  const std::string passwd =
      TRY(uid ? read_file_if_there(from, "etc/passwd") : read_file(from.root, "etc/passwd"));
  const auto account = uid ? find_account(passwd, static_cast<uid_t>(*uid))
                           : find_account(passwd, std::string_view(text));
  if (!uid && !account) {
    return fail(nobody("user", text, "/etc/passwd"));
  }
  identity.uid = account ? account->uid : *uid;
  identity.gid = account ? account->gid : 0;
  if (account && groups == UserGroups::wanted) {
    const std::string group = TRY(read_file_if_there(from, "etc/group"));
    identity.supplementary = groups_of(group, *account);
  }
  return {};
}

Result<> look_up_group(const std::string& text, const AccountSources& from, Identity& identity) {
  const auto gid = parse_id(text);
  const auto found = gid ? gid : find_group(TRY(read_file(from.root, "etc/group")), text);
  if (!found) {
    return fail(nobody("group", text, "/etc/group"));
  }
  identity.gid = *found;
  return {};
}

}  // namespace nsplay::ops
