#include "support/requirements.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::test {
namespace {

namespace abi = sys::abi;

sys::UniqueFd own_pidfd() {
  return sys::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0U)));
}

sys::UniqueFd own_namespace(const char* name) {
  return sys::UniqueFd(::open(name, O_RDONLY | O_CLOEXEC));
}

bool has_pidfd_get_namespace() {
  const sys::UniqueFd got(::ioctl(own_pidfd().get(), abi::pidfd_get_uts_namespace, 0));
  return static_cast<bool>(got);
}

bool has_pidfd_inode() {
  struct statfs status = {};
  return ::fstatfs(own_pidfd().get(), &status) == 0 && status.f_type == abi::pidfs_magic;
}

bool has_pidfd_thread() {
  const sys::UniqueFd got(
      static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), abi::pidfd_thread)));
  return static_cast<bool>(got);
}

bool has_namespace_ids() {
  std::uint64_t id = 0;
  return ::ioctl(own_namespace("/proc/self/ns/uts").get(), abi::ns_get_id, &id) == 0;
}

/// That there is none is an answer too.
bool has_next_mount_namespace() {
  const sys::UniqueFd next(
      ::ioctl(own_namespace("/proc/self/ns/mnt").get(), abi::ns_mnt_get_next, nullptr));
  return next || errno != ENOTTY;
}

bool has_pid_from_namespace() {
  return ::ioctl(own_namespace("/proc/self/ns/pid").get(), abi::ns_get_pid_from_pidns, 1) >= 0 ||
         errno != ENOTTY;
}

bool has_time_namespaces() {
  return static_cast<bool>(own_namespace("/proc/self/ns/time"));
}

/// By its number: the kernel does not tell it without a user namespace to try it in.
bool has_own_binfmt_misc() {
  constexpr std::pair<int, int> first(6, 7);
  utsname name = {};
  ::uname(&name);
  std::istringstream release(&name.release[0]);
  std::pair<int, int> version;
  char dot = 0;
  release >> version.first >> dot >> version.second;
  return version >= first;
}

}  // namespace

const KernelFeature pidfd_get_namespace = {
    "PIDFD_GET_*_NAMESPACE", "Linux 6.11", &has_pidfd_get_namespace};
const KernelFeature pidfd_inode = {"an inode of each pidfd", "Linux 6.9", &has_pidfd_inode};
const KernelFeature pidfd_thread = {"PIDFD_THREAD", "Linux 6.9", &has_pidfd_thread};
const KernelFeature namespace_ids = {"NS_GET_ID", "Linux 6.18", &has_namespace_ids};
const KernelFeature namespace_file_handles = {
    "name_to_handle_at in nsfs", "Linux 6.18", &has_namespace_ids};
const KernelFeature next_mount_namespace = {
    "NS_MNT_GET_NEXT", "Linux 6.12", &has_next_mount_namespace};
const KernelFeature pid_from_namespace = {
    "NS_GET_PID_FROM_PIDNS", "Linux 6.11", &has_pid_from_namespace};
const KernelFeature time_namespaces = {"CLONE_NEWTIME", "Linux 5.6", &has_time_namespaces};
const KernelFeature own_binfmt_misc = {
    "binfmt_misc of a user namespace", "Linux 6.7", &has_own_binfmt_misc};

std::string reason_without(const KernelFeature& feature) {
  return feature.is_there()
             ? std::string()
             : std::string(feature.name) + " needs " + std::string(feature.first_kernel);
}

bool may_push_input() {
  std::ifstream file("/proc/sys/dev/tty/legacy_tiocsti");
  std::string value;
  return ::geteuid() == 0 || !(file >> value) || value != "0";
}

bool user_namespaces_can_be_made() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(::unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace nsplay::test
