#include "nsplay/ops/id_request.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/accounts.h"

namespace nsplay::ops {
namespace {

struct OptionInUse {
  std::string_view name;
  bool (*is_given)(const IdsRequest&);
};

bool has_both(const IdsRequest& request, std::string_view word) {
  return std::find(request.both.begin(), request.both.end(), word) != request.both.end();
}

constexpr OptionInUse map_options[] = {
    {"--map-root-user", [](const IdsRequest& r) { return r.map_root_user; }},
    {"--map-current-user", [](const IdsRequest& r) { return r.map_current_user; }},
    {"--map-user", [](const IdsRequest& r) { return r.user.has_value(); }},
    {"--map-group", [](const IdsRequest& r) { return r.group.has_value(); }},
    {"--map-users", [](const IdsRequest& r) { return !r.users.empty(); }},
    {"--map-groups", [](const IdsRequest& r) { return !r.groups.empty(); }},
    {"--map-auto", [](const IdsRequest& r) { return has_both(r, "auto"); }},
    {"--map-subids", [](const IdsRequest& r) { return has_both(r, "subids"); }},
};

/// The first of them say both ids that the caller has, these two say one of them each.
constexpr std::size_t whole_selves = 2;
constexpr std::size_t selves = 4;

Error contradiction(std::string_view one, std::string_view other) {
  return Error::usage(fmt::format("{} contradicts {}", one, other), "leave one of them out");
}

/// INNER:OUTER:COUNT as numbers; all of them decimal, none with a sign.
std::optional<std::array<std::uint32_t, 3>> three_numbers(std::string_view text, char separator) {
  const auto words = split(text, separator);
  if (words.size() != 3) {
    return std::nullopt;
  }
  std::array<std::uint32_t, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = parse_number<std::uint32_t>(words[i]);
    if (!number) {
      return std::nullopt;
    }
    numbers.at(i) = *number;
  }
  return numbers;
}

}  // namespace

bool names_ids(const IdsRequest& request) {
  return request.map_none ||
         std::any_of(std::begin(map_options), std::end(map_options), [&](const OptionInUse& row) {
           return row.is_given(request);
         });
}

bool wants_user_namespace(const IdsRequest& request) {
  return names_ids(request) || request.owner || request.setgroups;
}

Result<> check_ids(const IdsRequest& request) {
  for (const OptionInUse& row : map_options) {
    if (request.map_none && row.is_given(request)) {
      return fail(contradiction("--map-none", row.name));
    }
  }
  for (std::size_t one = 0; one < whole_selves; ++one) {
    for (std::size_t other = one + 1; other < selves; ++other) {
      if (map_options[one].is_given(request) && map_options[other].is_given(request)) {
        return fail(contradiction(map_options[one].name, map_options[other].name));
      }
    }
  }
  return {};
}

std::optional<procfs::IdRange> parse_id_range(std::string_view text) {
  if (const auto numbers = three_numbers(text, ':')) {
    return procfs::IdRange{numbers->at(0), numbers->at(1), numbers->at(2)};
  }
  if (const auto numbers = three_numbers(text, ',')) {
    return procfs::IdRange{numbers->at(1), numbers->at(0), numbers->at(2)};
  }
  return std::nullopt;
}

Result<sys::UserAndGroup> parse_owner(std::string_view text) {
  const auto words = split(text, ':');
  const auto uid = parse_id(words.front());
  const auto gid = words.size() == 2 ? parse_id(words.back()) : std::nullopt;
  if (!uid || !gid) {
    return fail(Error::usage(fmt::format("--owner wants UID:GID, not {}", quote(text))));
  }
  return sys::UserAndGroup{*uid, *gid};
}

Result<Setgroups> parse_setgroups(std::string_view text) {
  if (text == "allow") {
    return Setgroups::allow;
  }
  if (text == "deny") {
    return Setgroups::deny;
  }
  return fail(Error::usage(fmt::format("--setgroups wants allow or deny, not {}", quote(text))));
}

}  // namespace nsplay::ops
