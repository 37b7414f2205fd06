#include "nsplay/ops/mapped_ids.h"

#include <fmt/format.h>

#include "nsplay/base/try.h"

namespace nsplay::ops {

Result<MappedIds> mapped_ids_of(const procfs::ProcessDir& process) {
  MappedIds ids;
  ids.users = TRY(procfs::parse_id_map(TRY(process.read("uid_map", procfs::id_map_limit))));
  ids.groups = TRY(procfs::parse_id_map(TRY(process.read("gid_map", procfs::id_map_limit))));
  const auto setgroups = process.read("setgroups", procfs::id_map_limit);
  // Without a gid map, or once "deny" was written, nobody inside may change groups
  // (user_namespaces(7)).
  ids.may_set_groups = !ids.groups.empty() && setgroups && !setgroups->starts_with("deny");
  return ids;
}

Error unmapped(std::string_view what, const std::string& asked) {
  return Error::of(0, fmt::format("{} {} has no mapping there", what, asked), "")
      .with_hint("the user namespace's uid_map and gid_map do not have it (user_namespaces(7))");
}

}  // namespace nsplay::ops
