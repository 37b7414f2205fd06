#include "nsplay/ops/id_claims.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::ops {
namespace {

using procfs::IdMap;
using procfs::IdRange;

constexpr std::uint32_t no_id = 0xffffffff;

std::string shown(const IdClaim& claim) {
  return claim.placement == Placement::free
             ? fmt::format(
                   "{} ({} ids from {} on)", claim.option, claim.range.count, claim.range.outside)
             : fmt::format("{} ({} {} {})",
                           claim.option,
                           claim.range.inside,
                           claim.range.outside,
                           claim.range.count);
}

/// Ids of one side of a map.
struct Span {
  std::uint32_t first;
  std::uint64_t end;
};

Span inside(const IdRange& range) {
  return {range.inside, std::uint64_t{range.inside} + range.count};
}

Span outside(const IdRange& range) {
  return {range.outside, std::uint64_t{range.outside} + range.count};
}

std::optional<std::uint32_t> first_common(const Span& left, const Span& right) {
  const std::uint32_t first = std::max(left.first, right.first);
  return first < std::min(left.end, right.end) ? std::optional(first) : std::nullopt;
}

bool says_the_same(const IdRange& all, const IdRange& part) {
  return std::int64_t{all.inside} - all.outside == std::int64_t{part.inside} - part.outside &&
         all.inside <= part.inside && inside(part).end <= inside(all).end;
}

/// `-r` of root and "all" are no contradiction.
void drop_what_all_say(std::vector<IdClaim>& claims) {
  const std::vector<IdClaim> every = claims;
  std::erase_if(claims, [&](const IdClaim& claim) {
    return claim.placement == Placement::fixed && claim.range.count == 1 &&
           std::any_of(every.begin(), every.end(), [&](const IdClaim& other) {
             return other.placement == Placement::as_all && says_the_same(other.range, claim.range);
           });
  });
}

Error claimed_twice(const IdClaim& one, const IdClaim& other, const std::string& what) {
  return Error::usage(
      fmt::format("{} is claimed twice: by {} and by {}", what, shown(one), shown(other)),
      "each id can have one counterpart only (user_namespaces(7)); change one of the two ranges");
}

Result<> check_pair(const IdClaim& one, const IdClaim& other, std::string_view noun) {
  const bool both_fixed = one.placement != Placement::free && other.placement != Placement::free;
  const auto same_inside =
      both_fixed ? first_common(inside(one.range), inside(other.range)) : std::nullopt;
  if (same_inside) {
    return fail(claimed_twice(one, other, fmt::format("{} {} inside", noun, *same_inside)));
  }
  if (const auto same = first_common(outside(one.range), outside(other.range))) {
    return fail(claimed_twice(one, other, fmt::format("{} {} outside", noun, *same)));
  }
  return {};
}

Result<> check(const std::vector<IdClaim>& claims, std::string_view noun) {
  for (const IdClaim& claim : claims) {
    if (const std::string rule = broken_rule_of(claim.range); !rule.empty()) {
      return fail(Error::usage(fmt::format("{}: {}", shown(claim), rule),
                               "a range is INNER:OUTER:COUNT (user_namespaces(7))"));
    }
  }
  if (claims.size() > procfs::most_id_ranges) {
    return fail(Error::usage(fmt::format("{} {} ranges: the kernel takes at most {}",
                                         claims.size(),
                                         noun,
                                         procfs::most_id_ranges),
                             "user_namespaces(7)"));
  }
  for (auto one = claims.begin(); one != claims.end(); ++one) {
    for (auto other = std::next(one); other != claims.end(); ++other) {
      TRY(check_pair(*one, *other, noun));
    }
  }
  return {};
}

bool begins_lower(const IdRange& left, const IdRange& right) {
  return left.inside < right.inside;
}

/// Puts the ids of one free claim into the gaps from `next` on, which is moved behind them. There
/// is room for all: as many ids are free inside as outside, where no two claims meet.
void fill(const IdClaim& claim, const IdMap& fixed, std::uint64_t& next, IdMap& map) {
  IdRange left = claim.range;
  auto neighbour = fixed.begin();
  while (left.count > 0) {
    while (neighbour != fixed.end() && inside(*neighbour).end <= next) {
      ++neighbour;
    }
    if (neighbour != fixed.end() && neighbour->inside <= next) {
      next = inside(*neighbour).end;
      continue;
    }
    const std::uint64_t end = neighbour == fixed.end() ? no_id : neighbour->inside;
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(left.count, end - next));
    map.push_back({static_cast<std::uint32_t>(next), left.outside, count});
    next += count;
    left.outside += count;
    left.count -= count;
  }
}

}  // namespace

std::string broken_rule_of(const IdRange& range) {
  if (range.count == 0) {
    return "the count is 0";
  }
  for (const Span& span : {inside(range), outside(range)}) {
    if (span.end > no_id) {
      return fmt::format(
          "{} ids from {} on reach beyond the highest id, {}", range.count, span.first, no_id - 1);
    }
  }
  return {};
}

Result<IdMap> lay_out(std::vector<IdClaim> claims, std::string_view noun) {
  drop_what_all_say(claims);
  TRY(check(claims, noun));
  IdMap fixed;
  for (const IdClaim& claim : claims) {
    if (claim.placement != Placement::free) {
      fixed.push_back(claim.range);
    }
  }
  std::sort(fixed.begin(), fixed.end(), &begins_lower);
  IdMap map = fixed;
  std::uint64_t next = 0;
  for (const IdClaim& claim : claims) {
    if (claim.placement == Placement::free) {
      fill(claim, fixed, next, map);
    }
  }
  std::sort(map.begin(), map.end(), &begins_lower);
  return map;
}

}  // namespace nsplay::ops
