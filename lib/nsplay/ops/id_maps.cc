#include "nsplay/ops/id_maps.h"

#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

bool may_map_any_id() {
  return sys::effective_uid() == 0 && sys::has_capability(sys::Capability::setuid) &&
         sys::has_capability(sys::Capability::setgid);
}

/// Every id that exists here, as itself: what is inside our own namespace is outside of the new
/// one.
Result<procfs::IdMap> identity_map(const procfs::ProcessDir& self, const char* file) {
  procfs::IdMap map = TRY(procfs::parse_id_map(TRY(self.read(file, procfs::id_map_limit))));
  for (procfs::IdRange& range : map) {
    range.outside = range.inside;
  }
  return map;
}

}  // namespace

Result<IdMapping> default_id_mapping() {
  if (!may_map_any_id()) {
    return IdMapping{
        {{0, sys::effective_uid(), 1}}, {{0, sys::effective_gid(), 1}}, Setgroups::deny};
  }
  const procfs::ProcessDir self = TRY(procfs::ProcessDir::open_self());
  procfs::IdMap users = TRY(identity_map(self, "uid_map"));
  procfs::IdMap groups = TRY(identity_map(self, "gid_map"));
  return IdMapping{std::move(users), std::move(groups), Setgroups::allow};
}

Result<> write_id_mapping(const procfs::ProcessDir& process, const IdMapping& mapping) {
  if (mapping.setgroups == Setgroups::deny) {
    TRY(process.write("setgroups", "deny"));
  }
  TRY(process.write("uid_map", procfs::format_id_map(mapping.users)));
  return process.write("gid_map", procfs::format_id_map(mapping.groups));
}

}  // namespace nsplay::ops
