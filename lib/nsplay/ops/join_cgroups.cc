#include "nsplay/ops/join_cgroups.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/procfs/cgroups.h"
#include "nsplay/procfs/mountinfo.h"

namespace nsplay::ops {
namespace {

using procfs::CgroupMembership;
using procfs::Mount;

Result<std::vector<CgroupMembership>> memberships_of(const procfs::ProcessDir& process) {
  return procfs::parse_cgroups(TRY(process.read("cgroup", procfs::cgroups_limit)));
}

bool has_hierarchy(const Mount& mount, const CgroupMembership& membership) {
  if (membership.controllers.empty()) {
    return mount.type == "cgroup2";
  }
  // All controllers of a hierarchy are mounted together.
  const std::string_view first = split(membership.controllers, ',').front();
  return mount.type == "cgroup" && procfs::has_option(mount.options, first);
}

/// The part of the path below what is mounted; empty: it is not mounted there.
std::optional<std::string> path_below(const Mount& mount, const std::string& path) {
  if (mount.root == "/") {
    return path;
  }
  const bool is_below = path == mount.root || path.starts_with(mount.root + "/");
  return is_below ? std::optional(path.substr(mount.root.size()) + "/") : std::nullopt;
}

Error not_here(const OpenCgroup& cgroup) {
  if (cgroup.path.starts_with("/../") || cgroup.path == "/..") {
    return Error::of(0, shown(cgroup), "lies outside of your cgroup namespace")
        .with_hint("run from the cgroup namespace of the host");
  }
  return Error::of(0, shown(cgroup), "is not mounted here")
      .with_hint("mount the hierarchy below /sys/fs/cgroup (cgroups(7))");
}

Error explain_open(const OpenCgroup& cgroup, Error error) {
  const bool is_refused = error.errnum == EACCES || error.errnum == EPERM;
  return std::move(error)
      .during(shown(cgroup))
      .with_hint(is_refused ? "you may not put processes there (cgroups(7)); run as root" : "");
}

Result<> open_in(const Mount& mount, const std::string& path, OpenCgroup& cgroup) {
  const sys::UniqueFd top = TRY(sys::open_file(mount.mount_point, O_PATH | O_DIRECTORY));
  cgroup.directory = TRY(sys::open_in_root(top, path.c_str()));
  cgroup.members = TRY(open_members(cgroup.directory));
  return {};
}

Result<OpenCgroup> open_cgroup(const CgroupMembership& membership,
                               const std::vector<Mount>& mounts) {
  OpenCgroup cgroup;
  cgroup.is_unified = membership.controllers.empty();
  cgroup.hierarchy = cgroup.is_unified ? "cgroup2" : escape_for_terminal(membership.controllers);
  cgroup.path = membership.path;
  for (const Mount& mount : mounts) {
    const auto path =
        has_hierarchy(mount, membership) ? path_below(mount, membership.path) : std::nullopt;
    if (path) {
      auto opened = open_in(mount, *path, cgroup);
      if (!opened) {
        return fail(explain_open(cgroup, std::move(opened).error()));
      }
      return cgroup;
    }
  }
  return fail(not_here(cgroup));
}

}  // namespace

Result<std::vector<OpenCgroup>> open_cgroups_of(const procfs::PinnedProcess& process) {
  const auto own = TRY(memberships_of(TRY(procfs::ProcessDir::open_self())));
  const auto mounts = TRY(own_mounts());
  std::vector<OpenCgroup> cgroups;
  for (const CgroupMembership& membership : TRY(memberships_of(process.dir))) {
    const bool is_shared = std::find(own.begin(), own.end(), membership) != own.end();
    if (!is_shared) {
      cgroups.push_back(TRY(open_cgroup(membership, mounts)));
    }
  }
  TRY(check_not_frozen(cgroups));
  return cgroups;
}

}  // namespace nsplay::ops
