#include "nsplay/ops/accounts.h"

#include <algorithm>
#include <limits>
#include <set>

#include "nsplay/base/text.h"

namespace nsplay::ops {
namespace {

struct Group {
  std::string_view name;
  gid_t gid = 0;
  std::string_view members;
};

std::optional<Account> parse_account(std::string_view line) {
  const auto fields = split(line, ':');
  if (fields.size() < 6 || fields[0].empty()) {
    return std::nullopt;
  }
  const auto uid = parse_id(fields[2]);
  const auto gid = parse_id(fields[3]);
  return uid && gid ? std::optional(Account{std::string(fields[0]), *uid, *gid}) : std::nullopt;
}

std::optional<Group> parse_group(std::string_view line) {
  const auto fields = split(line, ':');
  if (fields.size() < 3 || fields[0].empty()) {
    return std::nullopt;
  }
  const auto gid = parse_id(fields[2]);
  return gid ? std::optional(Group{fields[0], *gid, fields.size() > 3 ? fields[3] : ""})
             : std::nullopt;
}

template <typename Wanted>
std::optional<Account> first_account(std::string_view passwd, const Wanted& is_wanted) {
  for (const std::string_view line : split(passwd, '\n')) {
    if (auto account = parse_account(line); account && is_wanted(*account)) {
      return account;
    }
  }
  return std::nullopt;
}

bool lists(std::string_view members, std::string_view name) {
  const auto names = split(members, ',');
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<id_t> parse_id(std::string_view text) {
  const auto id = parse_number<id_t>(text);
  return id == std::numeric_limits<id_t>::max() ? std::nullopt : id;
}

std::optional<Account> find_account(std::string_view passwd, std::string_view name) {
  return first_account(passwd, [&](const Account& account) { return account.name == name; });
}

std::optional<Account> find_account(std::string_view passwd, uid_t uid) {
  return first_account(passwd, [&](const Account& account) { return account.uid == uid; });
}

std::optional<gid_t> find_group(std::string_view group, std::string_view name) {
  for (const std::string_view line : split(group, '\n')) {
    if (const auto found = parse_group(line); found && found->name == name) {
      return found->gid;
    }
  }
  return std::nullopt;
}

std::vector<gid_t> groups_of(std::string_view group, const Account& account) {
  std::vector<gid_t> gids{account.gid};
  std::set<gid_t> seen{account.gid};
  for (const std::string_view line : split(group, '\n')) {
    const auto found = parse_group(line);
    if (found && gids.size() < most_groups && lists(found->members, account.name) &&
        seen.insert(found->gid).second) {
      gids.push_back(found->gid);
    }
  }
  return gids;
}

}  // namespace nsplay::ops
