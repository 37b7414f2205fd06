#include "nsplay/ns/kind.h"

#include <algorithm>

#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::ns {
namespace {

namespace abi = sys::abi;

// clang-format off
constexpr std::array<KindInfo, kind_count> kinds = {{
    {Kind::cgroup, "cgroup", "cgroup", 'C', CLONE_NEWCGROUP, abi::pidfd_get_cgroup_namespace,
     "ns/cgroup", "max_cgroup_namespaces", "Linux 4.6", "CONFIG_CGROUPS"},
    {Kind::ipc, "ipc", "ipc", 'i', CLONE_NEWIPC, abi::pidfd_get_ipc_namespace,
     "ns/ipc", "max_ipc_namespaces", "Linux 2.6.19", "CONFIG_IPC_NS"},
    {Kind::mnt, "mnt", "mount", 'm', CLONE_NEWNS, abi::pidfd_get_mnt_namespace,
     "ns/mnt", "max_mnt_namespaces", "Linux 2.4.19", "CONFIG_NAMESPACES"},
    {Kind::net, "net", "net", 'n', CLONE_NEWNET, abi::pidfd_get_net_namespace,
     "ns/net", "max_net_namespaces", "Linux 2.6.24", "CONFIG_NET_NS"},
    {Kind::pid, "pid", "pid", 'p', CLONE_NEWPID, abi::pidfd_get_pid_namespace,
     "ns/pid", "max_pid_namespaces", "Linux 2.6.24", "CONFIG_PID_NS"},
    {Kind::time, "time", "time", 'T', abi::clone_newtime, abi::pidfd_get_time_namespace,
     "ns/time", "max_time_namespaces", "Linux 5.6", "CONFIG_TIME_NS"},
    {Kind::user, "user", "user", 'U', CLONE_NEWUSER, abi::pidfd_get_user_namespace,
     "ns/user", "max_user_namespaces", "Linux 3.8", "CONFIG_USER_NS"},
    {Kind::uts, "uts", "uts", 'u', CLONE_NEWUTS, abi::pidfd_get_uts_namespace,
     "ns/uts", "max_uts_namespaces", "Linux 2.6.19", "CONFIG_UTS_NS"},
}};
// clang-format on

template <typename Predicate>
std::optional<Kind> find_kind(Predicate predicate) {
  const auto* row = std::find_if(kinds.begin(), kinds.end(), predicate);
  return row == kinds.end() ? std::nullopt : std::optional(row->kind);
}

}  // namespace

const std::array<KindInfo, kind_count>& all_kinds() noexcept {
  return kinds;
}

const KindInfo& info_of(Kind kind) noexcept {
  return kinds.at(static_cast<std::size_t>(kind));
}

std::string_view name_of(Kind kind) noexcept {
  return info_of(kind).name;
}

std::optional<Kind> kind_from_clone_flag(std::uint64_t flag) noexcept {
  return find_kind([&](const KindInfo& row) { return row.clone_flag == flag; });
}

std::uint64_t KindSet::clone_flags() const noexcept {
  std::uint64_t flags = 0;
  for (const KindInfo& row : kinds) {
    flags |= contains(row.kind) ? row.clone_flag : 0;
  }
  return flags;
}

std::string KindSet::to_string() const {
  std::string text;
  for (const KindInfo& row : kinds) {
    if (contains(row.kind)) {
      text += text.empty() ? "" : ", ";
      text += row.name;
    }
  }
  return text;
}

}  // namespace nsplay::ns
