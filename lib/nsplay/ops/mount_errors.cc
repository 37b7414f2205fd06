#include "nsplay/ops/mount_errors.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/mount_steps.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using ns::Kind;

/// As sys::Propagation counts.
constexpr std::string_view propagation_calls[] = {
    "mount", "mount MS_PRIVATE", "mount MS_SHARED", "mount MS_SLAVE"};

struct Rule {
  Step step;
  int errnum;
  std::string_view hint;
};

constexpr std::string_view replaced =
    "meanwhile there is something else in its place, or it is of another mount namespace";
constexpr std::string_view closed_to_you =
    "the new user namespace gives you no right to files of users that it does not map: a directory "
    "on the way is closed";
constexpr std::string_view needs_new_calls =
    "this kernel lacks open_tree(2) and fsopen(2): Linux 5.2; or a seccomp filter forbids them";
constexpr std::string_view make_it_before =
    "it does not exist, and you may not make it there; make it before, as its directory's owner";
constexpr std::string_view unmapped =
    "the new user namespace does not map your ids, so you can make no file; map them: "
    "--map-root-user";

constexpr std::string_view leads_out =
    "a link on the way leads out of the root directory, as those of /proc/PID do";

constexpr Rule rules[] = {
    {Step::set_propagation,
     EINVAL,
     "/ is no mount point here, as in a chroot; make it one: mount --bind DIR DIR before chroot"},
    {Step::find_source, EACCES, closed_to_you},
    {Step::find_source, ENOENT, replaced},
    {Step::find_source, ELOOP, replaced},
    {Step::find_source, ESTALE, replaced},
    {Step::copy_mounts, EINVAL, replaced},
    {Step::copy_mounts, ENOSYS, needs_new_calls},
    {Step::make_file_system, ENOSYS, needs_new_calls},
    {Step::make_file_system, ENODEV, "this kernel has no such file system"},
    {Step::make_file_system, EOVERFLOW, unmapped},
    {Step::register_interpreter,
     EINVAL,
     "the kernel takes :NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS (binfmt_misc)"},
    {Step::register_interpreter,
     ENOENT,
     "with the flag F the interpreter is opened by its path outside, and it is not there"},
    {Step::register_interpreter, EEXIST, "this name is registered already"},
    {Step::enter_root,
     EINVAL,
     "the root directory here is the initramfs, which the kernel never lets go (pivot_root(2))"},
    {Step::enter_root, EACCES, "you may not enter this directory: it has no x for you"},
    {Step::find_mount_point,
     EBUSY,
     "it leads to the root directory itself, where a mount would not be seen"},
    {Step::find_mount_point, ENOENT, "a symbolic link on the way leads nowhere in there"},
    {Step::find_mount_point, ELOOP, leads_out},
    {Step::change_directory, ELOOP, leads_out},
    {Step::make_mount_point, EACCES, make_it_before},
    {Step::make_mount_point, EPERM, make_it_before},
    {Step::make_mount_point, EROFS, make_it_before},
    {Step::make_mount_point,
     ENOENT,
     "it does not exist, and nothing is made outside of a new --root; make it before"},
    {Step::make_mount_point, EOVERFLOW, unmapped},
    {Step::keep_mount_inside,
     EINVAL,
     "it is no mount point, so with this --propagation the mount would appear outside as well; use "
     "--propagation private or slave"},
    {Step::attach_mount, ENOTDIR, "a directory goes on a directory, and a file on a file"},
};

bool is_of_the_root(const ChildReport& report, const MountPlan& plan) {
  return report.value == the_root && plan.root.has_value();
}

const PreparedMount* mount_of(const ChildReport& report, const MountPlan& plan) {
  const auto index = static_cast<std::size_t>(report.value);
  const bool is_of_a_mount =
      report.step >= Step::find_source && report.step <= Step::attach_mount && report.value >= 0;
  return is_of_a_mount && index < plan.mounts.size() ? &plan.mounts[index] : nullptr;
}

std::string subject_of_mount(const ChildReport& report, const PreparedMount& mount) {
  switch (report.step) {
    case Step::find_source:
    case Step::copy_mounts:
      return escape_for_terminal(mount.source->path);
    case Step::make_file_system:
      return mount.file_system.type;
    case Step::register_interpreter:
      return "of binfmt_misc";
    default:
      return escape_for_terminal(mount.destination);
  }
}

/// mount_namespaces(7): who is root in a user namespace alone gets a new /proc only where nothing
/// of the one that is there is hidden from him.
std::string new_proc_hint() {
  const std::string_view cure =
      sys::effective_uid() == 0 ? "do without the new user namespace" : "run as root";
  const std::string hint = hidden_part_hint("/proc", cure);
  return hint.empty() ? fmt::format(
                            "a user namespace gets a new /proc only where there is one that shows "
                            "everything and may be written (mount_namespaces(7)); {}",
                            cure)
                      : hint;
}

std::string refused_file_system_hint(std::string_view type, ns::KindSet kinds) {
  if (type == "binfmt_misc") {
    return "a user namespace has a binfmt_misc of its own since Linux 6.7; before, only root "
           "outside of any registers interpreters, for the whole machine";
  }
  return type == "proc" && kinds.contains(Kind::user) ? new_proc_hint() : unexplained_refusal();
}

std::string hint_for(const ChildReport& report, const MountPlan& plan, ns::KindSet kinds) {
  const PreparedMount* mount = mount_of(report, plan);
  if (report.step == Step::make_file_system && report.errnum == EPERM && mount != nullptr) {
    return refused_file_system_hint(mount->file_system.type, kinds);
  }
  const auto* rule = std::find_if(std::begin(rules), std::end(rules), [&](const Rule& row) {
    return row.step == report.step && row.errnum == report.errnum;
  });
  if (rule != std::end(rules)) {
    return std::string(rule->hint);
  }
  return report.errnum == EPERM ? unexplained_refusal() : "";
}

}  // namespace

bool is_of_mounts(const ChildReport& report) noexcept {
  const bool is_mount = report.step >= Step::set_propagation && report.step <= Step::attach_mount;
  return is_mount || report.step == Step::change_directory || report.step == Step::check_directory;
}

std::string subject_of_mounts(const ChildReport& report, const MountPlan& plan) {
  if (const PreparedMount* mount = mount_of(report, plan)) {
    return subject_of_mount(report, *mount);
  }
  if (report.step == Step::set_propagation) {
    return "/";
  }
  return escape_for_terminal(is_of_the_root(report, plan) ? plan.root->path
                                                          : plan.working_directory.value_or(""));
}

Error mount_error(const ChildReport& report, const MountPlan& plan, ns::KindSet kinds) {
  if (report.step == Step::check_directory) {
    return Error::of(0, "the working directory is outside of the root directory", "")
        .during("--wd " + escape_for_terminal(plan.working_directory.value_or("")));
  }
  const std::string_view call = report.step == Step::set_propagation
                                    ? propagation_calls[static_cast<std::size_t>(plan.propagation)]
                                    : call_of(report.step);
  Error error = Error::of(report.errnum, call, subject_of_mounts(report, plan))
                    .with_hint(hint_for(report, plan, kinds));
  if (const PreparedMount* mount = mount_of(report, plan)) {
    const bool is_interpreter = report.step == Step::register_interpreter;
    return std::move(error).during(is_interpreter ? "--load-interp" : mount->option);
  }
  const bool is_directory = report.step == Step::change_directory;
  const std::string_view option = is_of_the_root(report, plan) ? "--root" : "--wd";
  return is_directory || is_of_the_root(report, plan) ? std::move(error).during(option) : error;
}

}  // namespace nsplay::ops
