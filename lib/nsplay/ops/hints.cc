#include "nsplay/ops/hints.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/capability_rules.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/procfs/mountinfo.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

constexpr std::size_t small_file = 4096;

std::optional<std::string> first_line_of(const std::string& path) {
  const auto file = sys::open_file(path, O_RDONLY);
  const auto text = file ? sys::read_all(*file, small_file, path) : fail(file.error());
  return text ? std::optional(text->substr(0, text->find('\n'))) : std::nullopt;
}

bool is_set_to(const std::string& sysctl, std::string_view value) {
  return first_line_of("/proc/sys/" + sysctl) == value;
}

std::string shown(uid_t uid) {
  return show_user(uid, sys::user_name(uid));
}

std::string limit_hint(ns::KindSet kinds) {
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (kinds.contains(info.kind) && is_set_to(fmt::format("user/{}", info.limit), "0")) {
      return fmt::format("user.{0} is 0 here; raise it: sysctl user.{0}=10000", info.limit);
    }
  }
  return "a limit is reached: user.max_*_namespaces of this user or of a user namespace above, or "
         "32 levels of nested user or pid namespaces; see /proc/sys/user";
}

Error zombie(pid_t pid) {
  return Error::of(0, fmt::format("process {} is a zombie", pid), "")
      .with_hint(
          "it has ended, and its namespaces went with it; if /proc/PID/task has other threads that "
          "live, name one of those");
}

bool is_zombie(const procfs::PinnedProcess& process) {
  const auto stat = process.dir.stat();
  return stat && (stat->state == 'Z' || stat->state == 'X');
}

/// It leaves its namespaces before it becomes a zombie.
bool has_left_its_namespaces(const procfs::PinnedProcess& process) {
  const auto uts = process.dir.identity(ns::info_of(ns::Kind::uts).proc_path);
  return !uts && uts.error().errnum == ENOENT;
}

bool caller_is_unmapped() {
  const auto self = procfs::ProcessDir::open_self();
  const auto text = self ? self->read("uid_map", small_file) : fail(self.error());
  const auto map = text ? procfs::parse_id_map(*text) : fail(text.error());
  return map && !procfs::maps_inside(*map, sys::effective_uid());
}

/// By its version either the namespace is refused or the map of it.
std::string apparmor_hint() {
  return is_set_to("kernel/apparmor_restrict_unprivileged_userns", "1")
             ? "AppArmor restricts user namespaces of ordinary users "
               "(kernel.apparmor_restrict_unprivileged_userns is 1): "
               "run as root, or give nsplay a profile with 'userns,'"
             : "";
}

std::string refusal_hint(ns::KindSet kinds) {
  if (!kinds.contains(ns::Kind::user)) {
    return unexplained_refusal();
  }
  if (is_set_to("kernel/unprivileged_userns_clone", "0")) {
    return "kernel.unprivileged_userns_clone is 0: run as root, or set it to 1";
  }
  if (std::string hint = apparmor_hint(); !hint.empty()) {
    return hint;
  }
  if (caller_is_unmapped()) {
    return "your uid has no mapping in the user namespace that you are in, so it cannot own "
           "another one";
  }
  return "in a chroot no user namespace can be made; neither where " + unexplained_refusal();
}

constexpr std::string_view refused_by_something_unseen =
    "a seccomp filter (as in containers) or a security module refuses it, which the kernel "
    "does not tell apart";

struct KnownCure {
  std::string_view call;  ///< of the error, with its subject; empty: any
  int errnum = 0;
  std::string_view cure;
};

constexpr KnownCure known_cures[] = {
    {"clone", EPERM, refused_by_something_unseen},
    {"setns", EPERM, refused_by_something_unseen},
    {"clone",
     EAGAIN,
     "a limit of processes is reached: RLIMIT_NPROC of this user (ulimit -u), pids.max of a "
     "cgroup, kernel.pid_max or kernel.threads-max; end some, or raise it"},
    {"", EMFILE, "nsplay may have no more open files: RLIMIT_NOFILE; raise it: ulimit -n 1024"},
    {"", ENFILE, "the machine may have no more open files; raise fs.file-max"},
    {"open /dev/null",
     ENOENT,
     "there is no /dev here, as in a chroot; give it one: mount --bind /dev DIR/dev before "
     "chroot"},
};

bool is_cure_of(const KnownCure& row, const Error& error) {
  if (error.errnum != row.errnum) {
    return false;
  }
  // What was being done stands before the call (Error::during).
  const auto chain = error.what.rfind(": ");
  const std::string_view last =
      std::string_view(error.what).substr(chain == std::string::npos ? 0 : chain + 2);
  return last.starts_with(row.call) &&
         (row.call.empty() || last.size() == row.call.size() || last[row.call.size()] == ' ');
}

/// A mount on a part of the place that hides what is below it; empty when there is none.
std::string mount_that_hides_a_part_of(std::string_view place) {
  // Directories that are empty anyhow, for a file system of their own each.
  constexpr std::string_view harmless[] = {"/proc/sys/fs/binfmt_misc", "/sys/fs/", "/sys/kernel/"};
  const auto self = procfs::ProcessDir::open_self();
  const auto text = self ? self->read("mountinfo", procfs::mountinfo_limit) : fail(self.error());
  const auto mounts = text ? procfs::parse_mountinfo(*text) : fail(text.error());
  if (!mounts) {
    return {};
  }
  const std::string below = std::string(place) + "/";
  for (const procfs::Mount& mount : *mounts) {
    const bool is_harmless =
        std::any_of(std::begin(harmless), std::end(harmless), [&](std::string_view beginning) {
          return mount.mount_point.starts_with(beginning);
        });
    if (mount.mount_point.starts_with(below) && !is_harmless) {
      return mount.mount_point;
    }
  }
  return {};
}

/// setns(2) wants capabilities twice: over the namespace's owner, and where the caller is.
std::string own_capability_hint(const ns::NamespaceHandle& handle) {
  const auto missing = ns::CapabilityRules::missing_to_join(handle.kind());
  if (!missing) {
    return {};
  }
  return fmt::format(
      "to join {} alone you need {} in your own user namespace as well; join a process there "
      "together with its user namespace, or run as root",
      handle.name(),
      *missing == sys::Capability::sys_admin ? "CAP_SYS_ADMIN" : "CAP_SYS_CHROOT");
}

}  // namespace

std::string show_user(uid_t uid, const std::optional<std::string>& name) {
  return name ? fmt::format("{} (uid {})", escape_for_terminal(*name), uid)
              : fmt::format("uid {}", uid);
}

std::string missing_kind_hint(ns::KindSet kinds) {
  const auto own = ns::OwnNamespaces::read();
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (own && kinds.contains(info.kind) && !own->of(info.kind)) {
      return fmt::format("this kernel has no {} namespaces: they need {} and {}",
                         info.name,
                         info.first_kernel,
                         info.kernel_option);
    }
  }
  return {};
}

std::string creation_hint(int errnum, ns::KindSet kinds) {
  switch (errnum) {
    case EPERM:
    case EACCES:
      return refusal_hint(kinds);
    case ENOSPC:
    case EUSERS:
      return limit_hint(kinds);
    case EINVAL:
    case ENOSYS:
      return missing_kind_hint(kinds);
    default:
      return {};
  }
}

std::string mapping_hint(int errnum) {
  if (errnum == EACCES) {
    return "your real, effective and saved ids differ, so the files of your child in /proc belong "
           "to root (proc(5)); make them the same";
  }
  if (errnum != EPERM) {
    return {};
  }
  const std::string hint = apparmor_hint();
  return hint.empty() ? unexplained_refusal() : hint;
}

std::string access_hint(const procfs::PinnedProcess& process) {
  const auto status = process.dir.status();
  if (!status) {
    return {};
  }
  if (sys::has_capability(sys::Capability::sys_ptrace)) {
    return fmt::format(
        "process {} is protected: its user namespace is not below yours, or a security module "
        "guards it (ptrace(2))",
        process.pid);
  }
  const uid_t own = sys::effective_uid();
  if (status->real_uid != own) {
    return fmt::format(
        "process {} belongs to {} and you are {} without CAP_SYS_PTRACE; run as root, or as that "
        "user",
        process.pid,
        shown(status->real_uid),
        shown(own));
  }
  return fmt::format(
      "process {} is protected: it has more capabilities than you, has made itself undumpable, or "
      "a security module guards it (proc(5), ptrace(2)); run as root with CAP_SYS_PTRACE",
      process.pid);
}

std::string owner_hint(const ns::NamespaceHandle& handle) {
  const auto rules = ns::CapabilityRules::of_caller();
  if (!rules || rules->has_over_owner(handle, sys::Capability::sys_admin)) {
    return {};
  }
  const auto owner = ns::owner_of(handle);
  if (!owner || !*owner) {
    return fmt::format(
        "{} is owned by a user namespace outside of yours, where you have no capability; run from "
        "there",
        handle.name());
  }
  const auto uid = ns::owner_uid_of(**owner);
  return fmt::format("{} is owned by {}{}, where you lack CAP_SYS_ADMIN; run as root",
                     handle.name(),
                     (*owner)->name(),
                     uid ? fmt::format(" of {}", shown(*uid)) : "");
}

std::string crossing_hint(const ns::NamespaceHandle& handle) {
  std::string hint = owner_hint(handle);
  return hint.empty() ? own_capability_hint(handle) : hint;
}

std::string hidden_part_hint(std::string_view place, std::string_view cure) {
  const std::string cover = mount_that_hides_a_part_of(place);
  return cover.empty() ? ""
                       : fmt::format(
                             "{} hides a part of {} here, so a user namespace gets no new "
                             "one (mount_namespaces(7)); unmount it, or {}",
                             escape_for_terminal(cover),
                             place,
                             cure);
}

Error with_known_cure(Error error) {
  const auto* row = std::find_if(std::begin(known_cures),
                                 std::end(known_cures),
                                 [&](const KnownCure& cure) { return is_cure_of(cure, error); });
  return row == std::end(known_cures) ? error : std::move(error).with_hint(std::string(row->cure));
}

std::string unexplained_refusal() {
  return std::string(refused_by_something_unseen);
}

Error explain_process(const procfs::PinnedProcess& process, Error error) {
  if (is_zombie(process)) {
    return zombie(process.pid);
  }
  if (!procfs::still_exists(process) || has_left_its_namespaces(process)) {
    return Error::of(ESRCH, "process", std::to_string(process.pid))
        .with_hint("it ended while it was looked at");
  }
  const bool refused = error.errnum == EACCES || error.errnum == EPERM;
  return refused ? std::move(error).with_hint(access_hint(process)) : error;
}

}  // namespace nsplay::ops
