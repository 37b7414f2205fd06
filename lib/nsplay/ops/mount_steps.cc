#include "nsplay/ops/mount_steps.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

using sys::Opened;

/// Tells the steps of one mount, whose number each report has.
class MountTeller {
 public:
  MountTeller(const StepTeller& teller, std::int64_t index) noexcept
      : teller_(&teller), index_(index) {}

  [[nodiscard]] ChildReport done(Step step, int errnum) const noexcept {
    ChildReport report = failure_of(step, errnum);
    report.value = index_;
    return teller_->done(report);
  }

 private:
  const StepTeller* teller_;
  std::int64_t index_;
};

/// The caller's mounts are not the child's: it has copies of them, so everything is opened anew.
ChildReport copy_source(const HeldFile& source,
                        sys::UniqueFd& mounts,
                        const MountTeller& teller) noexcept {
  const Opened place = sys::open_same_place(source.path.c_str(), source.identity);
  if (place.errnum != 0) {
    return teller.done(Step::find_source, place.errnum);
  }
  Opened copy = sys::copy_mounts(place.file);
  mounts = std::move(copy.file);
  return teller.done(Step::copy_mounts, copy.errnum);
}

ChildReport make_file_system(PreparedMount& mount, const MountTeller& teller) noexcept {
  Opened made = sys::make_file_system(mount.file_system);
  mount.mounts = std::move(made.file);
  ChildReport report = teller.done(Step::make_file_system, made.errnum);
  if (made.errnum == ENODEV && mount.need == Need::if_known) {
    return {};
  }
  mount.device = sys::device_of(mount.mounts);
  // An interpreter with the flag F is opened now: by its path outside.
  for (const std::string& definition : mount.definitions) {
    if (report.errnum == 0) {
      report = teller.done(Step::register_interpreter,
                           sys::write_text_at(mount.mounts, "register", definition));
    }
  }
  return report;
}

/// Without mount_setattr(2) it is done when the mount is in its place.
ChildReport make_mounts_read_only(PreparedMount& mount, const MountTeller& teller) noexcept {
  const ChildReport report =
      teller.done(Step::make_read_only, sys::make_all_read_only(mount.mounts));
  if (report.errnum == ENOSYS) {
    return {};
  }
  mount.access = Access::read_write;  // nothing is left to do
  return report;
}

ChildReport make_mount(PreparedMount& mount, const MountTeller& teller) noexcept {
  if (!mount.link.empty()) {
    return {};
  }
  if (!mount.source) {
    return make_file_system(mount, teller);
  }
  const ChildReport report = copy_source(*mount.source, mount.mounts, teller);
  return report.errnum == 0 && mount.access == Access::read_only
             ? make_mounts_read_only(mount, teller)
             : report;
}

int make_last(const PreparedMount& mount, const sys::UniqueFd& parent, const char* name) noexcept {
  if (!mount.link.empty()) {
    return sys::make_link(parent, name, mount.link.c_str());
  }
  return mount.mount_point == MountPoint::file ? sys::make_file(parent, name)
                                               : sys::make_directory(parent, name);
}

/// In the new root, and on what is mounted newly. Elsewhere it would be left behind for others.
bool may_make_in(const sys::UniqueFd& parent, const MountPlan& plan) noexcept {
  const std::uint64_t device = sys::device_of(parent);
  return plan.root || std::any_of(plan.mounts.begin(), plan.mounts.end(), [&](const auto& mount) {
           return mount.device == device && device != 0;
         });
}

ChildReport make(const WayPoint& point,
                 const PreparedMount& mount,
                 const MountPlan& plan) noexcept {
  const Opened parent = sys::open_place(point.parent.c_str());
  if (parent.errnum != 0) {
    const bool is_not_made = parent.errnum == ENOENT && !plan.root;
    return failure_of(is_not_made ? Step::make_mount_point : Step::find_mount_point, parent.errnum);
  }
  const bool is_last = &point == &mount.way.back();
  if (!may_make_in(parent.file, plan)) {
    return failure_of(Step::make_mount_point, is_last ? ENOENT : 0);
  }
  return failure_of(Step::make_mount_point,
                    is_last ? make_last(mount, parent.file, point.name.c_str())
                            : sys::make_directory(parent.file, point.name.c_str()));
}

ChildReport make_mount_point(const PreparedMount& mount,
                             const MountPlan& plan,
                             const MountTeller& teller) noexcept {
  for (const WayPoint& point : mount.way) {
    if (const ChildReport report = make(point, mount, plan); report.errnum != 0) {
      return teller.done(report.step, report.errnum);
    }
  }
  return teller.done(Step::make_mount_point, 0);
}

/// The directory or file to mount on, made if it is missing.
ChildReport find_mount_point(const PreparedMount& mount,
                             const MountPlan& plan,
                             const MountTeller& teller,
                             Opened& place) noexcept {
  place = sys::open_place(mount.destination.c_str());
  if (place.errnum == ENOENT) {
    if (const ChildReport report = make_mount_point(mount, plan, teller); report.errnum != 0) {
      return report;
    }
    place = sys::open_place(mount.destination.c_str());
  }
  const int error = place.errnum == 0 && sys::is_own_root(place.file) ? EBUSY : place.errnum;
  return error == 0 ? ChildReport{} : teller.done(Step::find_mount_point, error);
}

/// Where mounts go out, one that is mounted on a mount point stays inside when that is private.
ChildReport keep_inside(const PreparedMount& mount,
                        sys::Propagation propagation,
                        const MountTeller& teller) noexcept {
  const bool goes_out =
      propagation == sys::Propagation::shared || propagation == sys::Propagation::unchanged;
  return goes_out
             ? teller.done(Step::keep_mount_inside, sys::make_private(mount.destination.c_str()))
             : ChildReport{};
}

/// Without mount_setattr(2) what is mounted below has to be gone through.
int make_read_only_one_by_one(const PreparedMount& mount) noexcept {
  int error = sys::make_read_only(mount.destination.c_str());
  for (const std::string& below : mount.mounts_below) {
    error = error != 0 ? error : sys::make_read_only(below.c_str());
  }
  return error;
}

ChildReport attach(const PreparedMount& mount,
                   const MountPlan& plan,
                   const MountTeller& teller) noexcept {
  Opened place;
  ChildReport report = find_mount_point(mount, plan, teller, place);
  if (report.errnum != 0) {
    return report;
  }
  if (sys::is_directory(place.file) != (mount.mount_point == MountPoint::directory)) {
    return teller.done(Step::attach_mount, ENOTDIR);
  }
  report = keep_inside(mount, plan.propagation, teller);
  if (report.errnum == 0) {
    report = teller.done(Step::attach_mount, sys::attach(mount.mounts, place.file));
  }
  return report.errnum == 0 && mount.access == Access::read_only
             ? teller.done(Step::make_read_only, make_read_only_one_by_one(mount))
             : report;
}

/// A link may lead nowhere yet, as one into /proc.
ChildReport put_in_place(const PreparedMount& mount,
                         const MountPlan& plan,
                         const MountTeller& teller) noexcept {
  if (!mount.link.empty()) {
    return make_mount_point(mount, plan, teller);
  }
  return mount.mounts ? attach(mount, plan, teller) : ChildReport{};
}

/// The directory becomes a mount point, as pivot_root(2) wants it: by a copy of its mounts on top
/// of it.
ChildReport enter_root(const MountPlan& plan, const MountTeller& teller) noexcept {
  const Opened place = sys::open_same_place(plan.root->path.c_str(), plan.root->identity);
  if (place.errnum != 0) {
    return teller.done(Step::find_source, place.errnum);
  }
  const ChildReport report =
      teller.done(Step::attach_mount, sys::attach(plan.root_mounts, place.file));
  return report.errnum == 0 ? teller.done(Step::enter_root, sys::leave_for_root(plan.root_mounts))
                            : report;
}

/// Calls `action` with each mount, and who tells of it, until one fails.
template <typename Action>
ChildReport for_each(std::vector<PreparedMount>& mounts,
                     const StepTeller& teller,
                     Action action) noexcept {
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const MountTeller of_mount(teller, static_cast<std::int64_t>(i));
    if (const ChildReport report = action(mounts[i], of_mount); report.errnum != 0) {
      return report;
    }
  }
  return {};
}

ChildReport go_to_directory(const std::string& directory) noexcept {
  const int error = sys::change_directory_without_magic(directory.c_str());
  return error != 0 || sys::working_directory_is_inside_root()
             ? failure_of(Step::change_directory, error)
             : failure_of(Step::check_directory, EXDEV);
}

ChildReport replace_root(MountPlan& plan, const MountTeller& teller) noexcept {
  const ChildReport report = copy_source(*plan.root, plan.root_mounts, teller);
  return report.errnum == 0 ? enter_root(plan, teller) : report;
}

}  // namespace

ChildReport set_up_mounts(MountPlan& plan, const StepTeller& teller) noexcept {
  ChildReport report;
  if (plan.propagation != sys::Propagation::unchanged) {
    report = teller.done(failure_of(Step::set_propagation, sys::set_propagation(plan.propagation)));
  }
  if (report.errnum == 0) {
    report = for_each(plan.mounts, teller, &make_mount);
  }
  if (report.errnum == 0 && plan.root) {
    report = replace_root(plan, MountTeller(teller, the_root));
  }
  if (report.errnum == 0) {
    report =
        for_each(plan.mounts, teller, [&](const PreparedMount& mount, const MountTeller& of_mount) {
          return put_in_place(mount, plan, of_mount);
        });
  }
  if (report.errnum == 0 && plan.working_directory) {
    report = teller.done(go_to_directory(*plan.working_directory));
  }
  return report;
}

}  // namespace nsplay::ops
