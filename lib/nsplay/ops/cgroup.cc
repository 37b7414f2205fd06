#include "nsplay/ops/cgroup.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

constexpr std::size_t state_limit = 4096;

bool has_line(const OpenCgroup& cgroup, const char* file, std::string_view wanted) {
  const auto text = sys::read_in_root(cgroup.directory, file, state_limit);
  const auto lines = text ? split(*text, '\n') : std::vector<std::string_view>();
  return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

/// That it shall be, and, by a cgroup above it too, that it is (cgroups(7)).
bool is_frozen(const OpenCgroup& cgroup) {
  return has_line(cgroup, "cgroup.freeze", "1") || has_line(cgroup, "cgroup.events", "frozen 1") ||
         has_line(cgroup, "freezer.state", "FROZEN") ||
         has_line(cgroup, "freezer.state", "FREEZING");
}

}  // namespace

std::string shown(const OpenCgroup& cgroup) {
  return fmt::format("cgroup {} of {}", escape_for_terminal(cgroup.path), cgroup.hierarchy);
}

Result<std::vector<procfs::Mount>> own_mounts() {
  const auto self = TRY(procfs::ProcessDir::open_self());
  return procfs::parse_mountinfo(TRY(self.read("mountinfo", procfs::mountinfo_limit)));
}

Result<sys::UniqueFd> open_members(const sys::UniqueFd& directory) {
  const sys::UniqueFd members = TRY(sys::open_in_root(directory, "cgroup.procs"));
  return sys::open_again(members, O_WRONLY, "cgroup.procs");
}

Result<> check_not_frozen(std::span<const OpenCgroup> cgroups) {
  const auto frozen = std::find_if(cgroups.begin(), cgroups.end(), &is_frozen);
  if (frozen == cgroups.end()) {
    return {};
  }
  return fail(Error::of(0, shown(*frozen), "is frozen")
                  .with_hint("the program would stand still there too; thaw it, or leave the "
                             "cgroup out"));
}

Error cgroup_error(int errnum, const OpenCgroup& cgroup, std::string_view call) {
  const std::string subject =
      fmt::format("{} of {}", escape_for_terminal(cgroup.path), cgroup.hierarchy);
  switch (errnum) {
    case EACCES:
    case EPERM:
      return Error::of(errnum, call, subject)
          .with_hint(
              "only who may write the cgroup.procs of both cgroups and of the one above "
              "them may move a process (cgroups(7)); run as root");
    case ENOSPC:
      return Error::of(errnum, call, subject)
          .with_hint("a cpuset without cpus or memory nodes takes no process");
    case EBUSY:
      return Error::of(errnum, call, subject)
          .with_hint(
              "its cgroup.subtree_control gives controllers to the cgroups below it, so it "
              "takes no process itself (cgroups(7)); name one below it");
    case EAGAIN:
      return Error::of(errnum, call, subject).with_hint("pids.max of the cgroup is reached");
    default:
      return Error::of(errnum, call, subject);
  }
}

}  // namespace nsplay::ops
