#pragma once

// Which ids a user may map besides his own: subuid(5), subgid(5), or whatever name service
// getsubids(1) asks.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::ops {

/// `count` ids from `start` on.
struct IdSpan {
  std::uint32_t start = 0;
  std::uint32_t count = 0;
  friend bool operator==(const IdSpan&, const IdSpan&) = default;
};

/// More than so many lines no map can have; what comes after is not looked at.
constexpr std::size_t most_id_spans = 400;

/// Every line of the user in the text of /etc/subuid or /etc/subgid, by his name or by his uid, in
/// the order of the file and each id once. Lines that make no sense are skipped. An empty name
/// matches nothing.
std::vector<IdSpan> parse_subordinate_ids(std::string_view text, std::string_view name, uid_t uid);

/// The same of what getsubids(1) prints: "0: NAME START COUNT".
std::vector<IdSpan> parse_getsubids(std::string_view text);

/// Whether nsswitch.conf(5) has subordinate ids elsewhere than in the files: "subid: sss".
bool asks_elsewhere(std::string_view nsswitch);

enum class IdKind { user, group };

/// What getsubids(1) says, which asks the name services, and every line of the file, unless that is
/// not where they are. Errors: the user has none.
Result<std::vector<IdSpan>> subordinate_ids_of(uid_t uid, IdKind kind);

}  // namespace nsplay::ops
