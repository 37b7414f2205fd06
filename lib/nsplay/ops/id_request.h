#pragma once

// Which ids a new user namespace shall map, as the user wrote it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/sys/assumed_ids.h"

namespace nsplay::ops {

enum class Setgroups {
  allow,
  deny,  ///< what the kernel demands before an unprivileged gid map
};

/// Any of it asks for a user namespace. Options of unshare(1) that mean the same have these names.
struct IdsRequest {
  bool map_root_user = false;              ///< --map-root-user
  bool map_current_user = false;           ///< --map-current-user
  std::optional<std::string> user;         ///< --map-user: a uid or a name
  std::optional<std::string> group;        ///< --map-group
  std::vector<std::string> users;          ///< --map-users
  std::vector<std::string> groups;         ///< --map-groups
  std::vector<std::string> both;           ///< "auto", "subids": --map-auto, --map-subids
  bool map_none = false;                   ///< --map-none
  std::optional<sys::UserAndGroup> owner;  ///< --owner
  std::optional<Setgroups> setgroups;      ///< --setgroups
};

bool wants_user_namespace(const IdsRequest& request);

/// Whether it says which ids are mapped.
bool names_ids(const IdsRequest& request);

/// Usage error: options that contradict each other, by their names.
Result<> check_ids(const IdsRequest& request);

/// "INNER:OUTER:COUNT", and "OUTER,INNER,COUNT" as unshare(1) of util-linux 2.38 had it. Empty:
/// neither. The range may still break a rule.
std::optional<procfs::IdRange> parse_id_range(std::string_view text);

/// "UID:GID". Usage error: anything else.
Result<sys::UserAndGroup> parse_owner(std::string_view text);

/// Usage error: neither "allow" nor "deny".
Result<Setgroups> parse_setgroups(std::string_view text);

}  // namespace nsplay::ops
