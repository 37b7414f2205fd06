#include "nsplay/ops/created_cgroup.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/cgroup_tree.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/kernel_abi.h"

namespace nsplay::ops {
namespace {

/// A process that has ended is counted by its cgroup for a moment longer.
constexpr int attempts = 50;
constexpr std::chrono::milliseconds between_attempts(1);

constexpr int directory_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW;

std::string shown_path(std::string_view path) {
  return fmt::format("cgroup {}", escape_for_terminal(path));
}

std::vector<std::string> names_of(std::string_view path) {
  std::vector<std::string> names;
  for (const std::string_view name : split(path, '/')) {
    if (!name.empty()) {
      names.emplace_back(name);
    }
  }
  return names;
}

/// The mount of cgroup2. Where several are seen, the first is what cgroups(7) calls the hierarchy.
Result<sys::UniqueFd> open_top() {
  const auto mounts = TRY(own_mounts());
  const auto mount = std::find_if(mounts.begin(), mounts.end(), [](const procfs::Mount& each) {
    return each.type == "cgroup2";
  });
  if (mount == mounts.end()) {
    return fail(Error::of(0, "no cgroup2 is mounted here", "")
                    .with_hint("mount it: mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
  }
  sys::UniqueFd top = TRY(sys::open_file(mount->mount_point, O_PATH | O_DIRECTORY));
  if (TRY(sys::file_system_type(top, mount->mount_point)) != sys::abi::cgroup2_magic) {
    return fail(Error::of(0,
                          escape_for_terminal(mount->mount_point),
                          "is where cgroup2 is mounted, but another mount hides it"));
  }
  return top;
}

/// One step down. A name is no path, and no link is followed, so that only a mount could lead out.
Result<sys::UniqueFd> step_down(const sys::UniqueFd& parent,
                                const std::string& name,
                                std::string_view shown_as) {
  sys::UniqueFd directory = TRY(sys::open_at(parent, name.c_str(), directory_flags, shown_as));
  if (TRY(sys::file_system_type(directory, shown_as)) != sys::abi::cgroup2_magic) {
    return fail(Error::of(0, shown_as, "is no cgroup: something else is mounted there"));
  }
  return directory;
}

Error explain_refusal(Error error) {
  const bool is_refused = error.errnum == EACCES || error.errnum == EPERM || error.errnum == EROFS;
  return std::move(error).with_hint(
      is_refused ? "you may neither make cgroups there nor put processes there (cgroups(7)); run "
                   "as root, or below a cgroup that is delegated to you"
                 : "");
}

/// How far a path leads down.
struct Descent {
  std::optional<sys::UniqueFd> below;  ///< the deepest that there is; none: the top
  std::string path;                    ///< of the last one that was looked for
  bool is_complete = false;
  Error error;  ///< why it went no further
};

Descent descend(const sys::UniqueFd& top, std::span<const std::string> names) {
  Descent descent;
  for (const std::string& name : names) {
    descent.path += (descent.path.empty() ? "" : "/") + name;
    auto next = step_down(descent.below ? *descent.below : top, name, shown_path(descent.path));
    if (!next) {
      descent.error = std::move(next).error();
      return descent;
    }
    descent.below = *std::move(next);
  }
  descent.is_complete = true;
  return descent;
}

/// What the caller may not do needs no record, so this is the error that comes first.
Result<> check_allowed(const sys::UniqueFd& top, const std::vector<std::string>& names) {
  const Descent descent = descend(top, names);
  const sys::UniqueFd& deepest = descent.below ? *descent.below : top;
  if (descent.is_complete) {
    const int error = sys::check_writable_at(deepest, "cgroup.procs");
    return error == 0 ? Result<>()
                      : fail(Error::of(error, "open cgroup.procs of", shown_path(descent.path)));
  }
  const int error = descent.error.errnum == ENOENT ? sys::check_writable_at(deepest, ".") : 0;
  return error == 0 ? Result<>() : fail(Error::of(error, "mkdir", shown_path(descent.path)));
}

/// In the words of narrate_clone().
void narrate_directory(const Narrator& narrator,
                       std::string_view call,
                       std::string_view path,
                       const Result<>& outcome) {
  narrate_outcome(narrator, outcome, [&] {
    return fmt::format("{}(/{} of cgroup2)", call, escape_for_terminal(path));
  });
}

/// What a program made below it goes too; in one that was being made, none has been yet, and it may
/// be somebody else's.
void empty_cgroup(const sys::UniqueFd& parent,
                  const std::string& name,
                  const CgroupRecord& record,
                  const Narrator& narrator) {
  const auto cgroup = sys::open_directory_inside(parent, name.c_str(), record.path);
  const auto identity = cgroup ? sys::identity_of(*cgroup, record.path) : fail(Error{});
  if (record.inode && identity && identity->inode == *record.inode) {
    remove_empty_cgroups_below(*cgroup, [&](const std::string& path) {
      narrate_directory(narrator, "rmdir", record.path + "/" + path, {});
    });
  }
}

Result<> unless_gone(Error error) {
  return error.errnum == ENOENT ? Result<>() : fail(std::move(error));
}

/// No error: it is removed, or is not there any more.
Result<> remove_cgroup(const sys::UniqueFd& top,
                       const CgroupRecord& record,
                       const Narrator& narrator) {
  const std::vector<std::string> names = names_of(record.path);
  Descent descent = descend(top, std::span(names).first(names.size() - 1));
  if (!descent.is_complete) {
    return unless_gone(std::move(descent.error));
  }
  const sys::UniqueFd& parent = descent.below ? *descent.below : top;
  auto identity = sys::identity_at(parent, names.back().c_str(), record.path);
  if (!identity) {
    return unless_gone(std::move(identity).error());
  }
  if (record.inode && identity->inode != *record.inode) {
    return {};
  }
  auto removed = sys::remove_directory_at(parent, names.back().c_str(), record.path);
  if (!removed && removed.error().errnum == EBUSY) {
    empty_cgroup(parent, names.back(), record, narrator);
    removed = sys::remove_directory_at(parent, names.back().c_str(), record.path);
  }
  if (removed) {
    narrate_directory(narrator, "rmdir", record.path, removed);
  }
  return removed ? removed : unless_gone(std::move(removed).error());
}

bool remove_in_time(const sys::UniqueFd& top,
                    const CgroupRecord& record,
                    Patience patience,
                    const Narrator& narrator) {
  auto removed = remove_cgroup(top, record, narrator);
  for (int i = 0; !removed && patience != Patience::none && i < attempts; ++i) {
    sys::wait_readable({}, between_attempts);
    removed = remove_cgroup(top, record, narrator);
  }
  if (!removed && removed.error().errnum != 0) {
    narrate_directory(narrator, "rmdir", record.path, removed);
  }
  return removed.has_value();
}

Result<> remove_all(const CgroupRecords& records,
                    const std::vector<CgroupRecord>& cgroups,
                    Patience patience,
                    const Narrator& narrator = {}) {
  const sys::UniqueFd top = TRY(open_top());
  for (const CgroupRecord& record : cgroups) {
    if (!check_cgroup_path(record.path) || remove_in_time(top, record, patience, narrator)) {
      TRY(records.remove(record));
    }
  }
  return {};
}

Result<> sweep(Patience patience) {
  auto records = TRY(CgroupRecords::open());
  if (!records || TRY(records->read()).empty()) {
    return {};
  }
  TRY(records->lock());
  return remove_all(*records, TRY(records->read()), patience);
}

}  // namespace

Result<> check_cgroup_path(const std::string& path) {
  const auto names = names_of(path);
  const auto is_upwards = [](const std::string& name) { return name == "." || name == ".."; };
  if (names.empty()) {
    return fail(Error::usage(fmt::format("--cgroup-path: {} names no cgroup", quote(path)),
                             "write it like web or web/inner, below the mount of cgroup2"));
  }
  if (std::any_of(names.begin(), names.end(), is_upwards)) {
    return fail(Error::usage(fmt::format("--cgroup-path: {} has a '.' or '..' in it", quote(path)),
                             "write it from the mount of cgroup2 down, as in web/inner"));
  }
  return {};
}

CreatedCgroup& CreatedCgroup::operator=(CreatedCgroup&& other) noexcept {
  if (this != &other) {
    remove();
    place_ = std::move(other.place_);
    records_ = std::move(other.records_);
    narrator_ = std::move(other.narrator_);
    made_ = std::exchange(other.made_, {});
  }
  return *this;
}

Result<CreatedCgroup> CreatedCgroup::make(const std::string& path, const Narrator& narrator) {
  const sys::UniqueFd top = TRY(open_top());
  if (auto allowed = check_allowed(top, names_of(path)); !allowed) {
    return fail(explain_refusal(std::move(allowed).error()));
  }
  CreatedCgroup cgroup;
  cgroup.narrator_ = narrator;
  cgroup.records_ = TRY(CgroupRecords::open_or_make());
  TRY(cgroup.records_.lock());
  static_cast<void>(remove_all(cgroup.records_, TRY(cgroup.records_.read()), Patience::none));
  auto made = cgroup.make_below(top, path);
  if (!made) {
    return fail(explain_refusal(std::move(made).error()));
  }
  TRY(check_not_frozen({&cgroup.place_, 1}));
  return cgroup;
}

Result<> CreatedCgroup::make_below(const sys::UniqueFd& top, const std::string& path) {
  std::string so_far;
  for (const std::string& name : names_of(path)) {
    so_far += (so_far.empty() ? "" : "/") + name;
    const sys::UniqueFd& parent = place_.directory ? place_.directory : top;
    auto found = step_down(parent, name, shown_path(so_far));
    const bool is_missing = !found && found.error().errnum == ENOENT;
    place_.directory = TRY(is_missing ? make_one(parent, name, so_far) : std::move(found));
  }
  place_.hierarchy = "cgroup2";
  place_.path = "/" + so_far;
  place_.is_unified = true;
  auto members = sys::open_at(
      place_.directory, "cgroup.procs", O_WRONLY, shown_path(so_far + "/cgroup.procs"));
  place_.members = TRY(std::move(members));
  return {};
}

Result<sys::UniqueFd> CreatedCgroup::make_one(const sys::UniqueFd& parent,
                                              const std::string& name,
                                              const std::string& path) {
  TRY(records_.remove({}));
  TRY(records_.announce(path));
  auto made = sys::make_new_directory_at(parent, name.c_str(), shown_path(path));
  narrate_directory(narrator_, "mkdir", path, made);
  if (!made) {
    TRY(records_.remove({}));
    return fail(std::move(made).error());
  }
  made_.insert(made_.begin(), {std::nullopt, path});
  sys::UniqueFd directory = TRY(step_down(parent, name, shown_path(path)));
  const std::uint64_t inode = TRY(sys::identity_of(directory, path)).inode;
  TRY(records_.confirm(inode));
  made_.front().inode = inode;
  return directory;
}

Result<> CreatedCgroup::take(pid_t pid) const {
  const int error = sys::write_text_to(place_.members, std::to_string(pid));
  if (narrator_) {
    const std::string text = std::to_string(pid);
    const std::string place =
        fmt::format("{} of {}", escape_for_terminal(place_.path), place_.hierarchy);
    narrate_call(narrator_,
                 fmt::format("write(cgroup.procs of {}, {})", place, text),
                 static_cast<std::int64_t>(text.size()),
                 error);
  }
  return error == 0 ? Result<>() : fail(cgroup_error(error, place_, "write cgroup.procs"));
}

void CreatedCgroup::remove() noexcept {
  if (made_.empty()) {
    return;
  }
  // What goes wrong here the next command does better. Only who has not settled has the lock.
  if (records_.is_locked() || records_.lock()) {
    static_cast<void>(remove_all(records_, made_, Patience::short_while, narrator_));
  }
  records_.unlock();
  made_.clear();
}

void remove_abandoned_cgroups(Patience patience) noexcept {
  static_cast<void>(sweep(patience));
}

}  // namespace nsplay::ops
