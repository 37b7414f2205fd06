#include "create_ids.h"

#include "nsplay/base/try.h"

namespace nsplay::app {

std::vector<Option> id_options() {
  return {{"map-root-user", 'r', "", "you are root in a new user namespace"},
          {"map-current-user", 'c', "", "you keep your ids in a new user namespace"},
          {"map-user", 0, "USER", "you are this user there: a uid, or a name"},
          {"map-group", 0, "GROUP", "your group is this one there: a gid, or a name"},
          {"map-users", 0, "RANGE", "map uids: INNER:OUTER:COUNT, auto, subids, all", Repeat::yes},
          {"map-groups", 0, "RANGE", "map gids: INNER:OUTER:COUNT, auto, subids, all", Repeat::yes},
          {"map-auto", 0, "", "map your subordinate ids, from the lowest free on"},
          {"map-subids", 0, "", "map your subordinate ids, which keep their numbers"},
          {"map-none", 0, "", "map no id"},
          {"owner", 0, "UID:GID", "owner of the new user namespace; runs the child"},
          {"setgroups", 0, "WORD", "whether groups may be changed there: allow or deny"}};
}

Result<ops::IdsRequest> ids_from(const Arguments& arguments) {
  ops::IdsRequest ids;
  ids.map_root_user = arguments.has("map-root-user");
  ids.map_current_user = arguments.has("map-current-user");
  ids.map_none = arguments.has("map-none");
  ids.user = optional_value(arguments, "map-user");
  ids.group = optional_value(arguments, "map-group");
  ids.users = arguments.values("map-users");
  ids.groups = arguments.values("map-groups");
  for (const char* word : {"auto", "subids"}) {
    if (arguments.has(std::string("map-") + word)) {
      ids.both.emplace_back(word);
    }
  }
  if (const std::string* owner = arguments.value("owner")) {
    ids.owner = TRY(ops::parse_owner(*owner));
  }
  if (const std::string* setgroups = arguments.value("setgroups")) {
    ids.setgroups = TRY(ops::parse_setgroups(*setgroups));
  }
  return ids;
}

}  // namespace nsplay::app
